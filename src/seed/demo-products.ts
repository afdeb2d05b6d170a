/**
 * The demo's catalogue: real products as a clinic and a pharmacy know them. Hours after opening or mixing and storage
 * ranges are those of the label, put down here for show: whoever gives medicines reads the label itself.
 *
 * name | brand | vendor | category | subcategory | generic name | form | strength | NDC | unit | dose unit × doses |
 * DEA | AWaRe | flags | hours | °C from..to | price | cost | kept at | weight | at a time
 * Flags: R prescription only, I injection, P a risk in pregnancy, M mixed before use, S one patient's vial.
 * Kept at: C clinics, P pharmacy. Weight: how often it is given, against the others. At a time: units of one dispense.
 */
const table = `
Botox Cosmetic 100 U|Botox|AbbVie|Aesthetics|Neurotoxin|onabotulinumtoxinA|Powder for solution|100 U|0023-1145-01|vial|U×100|||RIPMS|24|2..8|620|485|C|9|1
Botox 200 U|Botox|AbbVie|Aesthetics|Neurotoxin|onabotulinumtoxinA|Powder for solution|200 U|0023-3921-02|vial|U×200|||RIPMS|24|2..8|1180|930|C|3|1
Dysport 300 U|Dysport|Galderma|Aesthetics|Neurotoxin|abobotulinumtoxinA|Powder for solution|300 U||vial|U×300|||RIPMS|24|2..8|540|420|C|6|1
Xeomin 100 U|Xeomin|Merz Aesthetics|Aesthetics|Neurotoxin|incobotulinumtoxinA|Powder for solution|100 U||vial|U×100|||RIPMS|24|-20..25|510|398|C|5|1
Jeuveau 100 U|Jeuveau|Evolus|Aesthetics|Neurotoxin|prabotulinumtoxinA|Powder for solution|100 U||vial|U×100|||RIPMS|24|2..8|490|372|C|4|1
Daxxify 100 U|Daxxify|Revance|Aesthetics|Neurotoxin|daxibotulinumtoxinA|Powder for solution|100 U||vial|U×100|||RIPMS|72|2..25|640|505|C|2|1
Juvederm Ultra XC 1 mL|Juvederm|AbbVie|Aesthetics|Dermal filler|hyaluronic acid with lidocaine|Gel, prefilled syringe|24 mg/mL||syringe||||RIS||2..25|410|296|C|6|1
Juvederm Voluma XC 1 mL|Juvederm|AbbVie|Aesthetics|Dermal filler|hyaluronic acid with lidocaine|Gel, prefilled syringe|20 mg/mL||syringe||||RIS||2..25|590|438|C|5|1
Juvederm Volbella XC 1 mL|Juvederm|AbbVie|Aesthetics|Dermal filler|hyaluronic acid with lidocaine|Gel, prefilled syringe|15 mg/mL||syringe||||RIS||2..25|480|352|C|3|1
Restylane-L 1 mL|Restylane|Galderma|Aesthetics|Dermal filler|hyaluronic acid with lidocaine|Gel, prefilled syringe|20 mg/mL||syringe||||RIS||2..25|390|281|C|4|1
Restylane Lyft 1 mL|Restylane|Galderma|Aesthetics|Dermal filler|hyaluronic acid with lidocaine|Gel, prefilled syringe|20 mg/mL||syringe||||RIS||2..25|430|312|C|3|1
Radiesse 1.5 mL|Radiesse|Merz Aesthetics|Aesthetics|Dermal filler|calcium hydroxylapatite|Suspension, prefilled syringe|30 %||syringe||||RIS||15..32|520|389|C|2|1
Sculptra 367.5 mg|Sculptra|Galderma|Aesthetics|Collagen stimulator|poly-L-lactic acid|Powder for suspension|367.5 mg||vial|mL×8|||RIMS|72|2..30|560|415|C|2|1
Kybella 20 mg/2 mL|Kybella|AbbVie|Aesthetics|Fat reduction|deoxycholic acid|Solution|10 mg/mL||vial||||RIS||20..25|330|248|C|1|1
Shingrix|Shingrix|GlaxoSmithKline|Vaccine|Adult|zoster vaccine recombinant, adjuvanted|Powder and suspension|50 mcg/0.5 mL|58160-823-11|dose|mL×0.5|||RIMS|6|2..8|195|158|CP|7|1
Gardasil 9|Gardasil|Merck|Vaccine|Adolescent|human papillomavirus 9-valent vaccine|Suspension|0.5 mL|0006-4119-03|dose|mL×0.5|||RIPS||2..8|285|236|CP|5|1
M-M-R II|M-M-R|Merck|Vaccine|Childhood|measles, mumps and rubella vaccine live|Powder for suspension|0.5 mL|0006-4681-00|dose|mL×0.5|||RIPMS|8|-50..8|102|82|CP|4|1
Varivax|Varivax|Merck|Vaccine|Childhood|varicella vaccine live|Powder for suspension|0.5 mL|0006-4827-00|dose|mL×0.5|||RIPMS|1|-50..-15|172|141|P|2|1
Pneumovax 23|Pneumovax|Merck|Vaccine|Adult|pneumococcal polysaccharide vaccine|Solution|0.5 mL|0006-4943-00|dose|mL×0.5|||RI||2..8|124|98|CP|3|1
Prevnar 20|Prevnar|Pfizer|Vaccine|Adult|pneumococcal 20-valent conjugate vaccine|Suspension|0.5 mL|0005-2000-10|dose|mL×0.5|||RIS||2..8|268|221|CP|4|1
Boostrix|Boostrix|GlaxoSmithKline|Vaccine|Adult|tetanus, diphtheria and acellular pertussis vaccine|Suspension|0.5 mL|58160-842-11|dose|mL×0.5|||RIS||2..8|52|38|CP|5|1
Adacel|Adacel|Sanofi Pasteur|Vaccine|Adult|tetanus, diphtheria and acellular pertussis vaccine|Suspension|0.5 mL|49281-400-10|dose|mL×0.5|||RIS||2..8|54|40|C|3|1
Havrix 1440|Havrix|GlaxoSmithKline|Vaccine|Travel|hepatitis A vaccine|Suspension|1440 EL.U./mL|58160-826-11|dose|mL×1|||RIS||2..8|86|66|CP|3|1
Engerix-B 20 mcg|Engerix-B|GlaxoSmithKline|Vaccine|Adult|hepatitis B vaccine recombinant|Suspension|20 mcg/mL|58160-821-11|dose|mL×1|||RIS||2..8|74|56|CP|3|1
Fluzone multi-dose|Fluzone|Sanofi Pasteur|Vaccine|Seasonal|influenza vaccine inactivated|Suspension, multi-dose vial|5 mL||vial|dose×10|||RI|672|2..8|196|152|CP|6|1
IPOL multi-dose|IPOL|Sanofi Pasteur|Vaccine|Childhood|poliovirus vaccine inactivated|Suspension, multi-dose vial|5 mL||vial|dose×10|||RI|672|2..8|372|298|C|1|1
Menveo|Menveo|GlaxoSmithKline|Vaccine|Adolescent|meningococcal ACWY conjugate vaccine|Powder and solution|0.5 mL||dose|mL×0.5|||RIMS|8|2..8|168|136|CP|2|1
Rabavert|RabAvert|Bavarian Nordic|Vaccine|Travel|rabies vaccine|Powder for suspension|2.5 IU||dose|mL×1|||RIMS|1|2..8|398|331|P|1|1
Tubersol 5 TU|Tubersol|Sanofi Pasteur|Diagnostic|Skin test|tuberculin purified protein derivative|Solution, multi-dose vial|5 TU/0.1 mL|49281-752-21|vial|test×10|||RI|720|2..8|112|84|CP|3|1
Amoxicillin 500 mg|Amoxil|Teva|Antibiotic|Penicillin|amoxicillin|Capsule|500 mg||capsule|||ACCESS|R||15..25|0.42|0.11|P|22|21
Amoxicillin/clavulanate 875/125|Augmentin|Sandoz|Antibiotic|Penicillin|amoxicillin and clavulanic acid|Tablet|875 mg/125 mg||tablet|||ACCESS|R||15..25|1.35|0.48|P|14|20
Amoxicillin suspension 250 mg/5 mL|Amoxil|Teva|Antibiotic|Penicillin|amoxicillin|Powder for suspension|250 mg/5 mL||bottle|mL×100||ACCESS|RMS|336|15..25|14.2|5.1|P|6|1
Cephalexin 500 mg|Keflex|Lupin|Antibiotic|Cephalosporin|cefalexin|Capsule|500 mg||capsule|||ACCESS|R||15..25|0.68|0.19|P|11|28
Doxycycline 100 mg|Vibramycin|Mayne|Antibiotic|Tetracycline|doxycycline|Tablet|100 mg||tablet|||ACCESS|RP||15..25|0.85|0.24|P|12|14
Metronidazole 500 mg|Flagyl|Teva|Antibiotic|Nitroimidazole|metronidazole|Tablet|500 mg||tablet|||ACCESS|R||15..25|0.72|0.18|P|8|14
Nitrofurantoin 100 mg|Macrobid|Lupin|Antibiotic|Nitrofuran|nitrofurantoin|Capsule|100 mg||capsule|||ACCESS|R||15..25|1.15|0.39|P|9|10
Sulfamethoxazole/trimethoprim 800/160|Bactrim|Sun Pharma|Antibiotic|Sulfonamide|sulfamethoxazole and trimethoprim|Tablet|800 mg/160 mg||tablet|||ACCESS|RP||15..25|0.54|0.12|P|8|14
Penicillin V 500 mg|Penicillin VK|Aurobindo|Antibiotic|Penicillin|phenoxymethylpenicillin|Tablet|500 mg||tablet|||ACCESS|R||15..25|0.38|0.1|P|5|40
Azithromycin 250 mg|Zithromax|Pfizer|Antibiotic|Macrolide|azithromycin|Tablet|250 mg||tablet|||WATCH|R||15..30|2.4|0.82|P|13|6
Clarithromycin 500 mg|Biaxin|Teva|Antibiotic|Macrolide|clarithromycin|Tablet|500 mg||tablet|||WATCH|RP||15..30|1.6|0.58|P|4|14
Ciprofloxacin 500 mg|Cipro|Bayer|Antibiotic|Fluoroquinolone|ciprofloxacin|Tablet|500 mg||tablet|||WATCH|R||15..30|0.95|0.22|P|8|14
Levofloxacin 500 mg|Levaquin|Aurobindo|Antibiotic|Fluoroquinolone|levofloxacin|Tablet|500 mg||tablet|||WATCH|R||15..30|1.4|0.41|P|5|7
Cefuroxime 500 mg|Ceftin|Lupin|Antibiotic|Cephalosporin|cefuroxime|Tablet|500 mg||tablet|||WATCH|R||15..30|1.9|0.71|P|4|14
Ceftriaxone 1 g|Rocephin|Sandoz|Antibiotic|Cephalosporin|ceftriaxone|Powder for solution|1 g||vial|g×1||WATCH|RIMS|24|15..25|9.8|3.2|CP|4|1
Linezolid 600 mg|Zyvox|Pfizer|Antibiotic|Oxazolidinone|linezolid|Tablet|600 mg||tablet|||RESERVE|R||15..30|18.5|6.9|P|1|20
Oxycodone 5 mg|Roxicodone|Mallinckrodt|Controlled|Opioid|oxycodone|Tablet|5 mg||tablet||CII||RP||15..30|0.48|0.14|P|5|20
Methylphenidate ER 36 mg|Concerta|Janssen|Controlled|Stimulant|methylphenidate|Tablet, extended release|36 mg||tablet||CII||RP||15..30|6.4|3.1|P|4|30
Fentanyl 100 mcg/2 mL|Sublimaze|Hikma|Controlled|Opioid|fentanyl|Solution|50 mcg/mL||vial|mL×2|CII||RIPS||20..25|4.9|1.8|C|1|1
Ketamine 500 mg/10 mL|Ketalar|Hikma|Controlled|Anaesthetic|ketamine|Solution, multi-dose vial|50 mg/mL||vial|mL×10|CIII||RIP|672|20..25|22|9.4|C|1|1
Testosterone cypionate 200 mg/mL|Depo-Testosterone|Pfizer|Controlled|Hormone|testosterone cypionate|Solution|200 mg/mL||vial|mL×10|CIII||RIP|672|20..25|98|54|CP|2|1
Diazepam 5 mg|Valium|Mayne|Controlled|Benzodiazepine|diazepam|Tablet|5 mg||tablet||CIV||RP||15..30|0.22|0.05|P|5|10
Zolpidem 10 mg|Ambien|Sanofi|Controlled|Hypnotic|zolpidem|Tablet|10 mg||tablet||CIV||RP||20..25|0.3|0.06|P|4|14
Tramadol 50 mg|Ultram|Sun Pharma|Controlled|Opioid|tramadol|Tablet|50 mg||tablet||CIV||RP||15..30|0.18|0.04|P|6|20
Pregabalin 75 mg|Lyrica|Viatris|Controlled|Anticonvulsant|pregabalin|Capsule|75 mg||capsule||CV||RP||15..30|0.35|0.09|P|5|60
Lidocaine 1 % 20 mL|Xylocaine|Fresenius Kabi|Anaesthetic|Local|lidocaine|Solution, multi-dose vial|10 mg/mL||vial|mL×20|||RI|672|20..25|7.6|2.9|C|5|1
Lidocaine/prilocaine cream 30 g|EMLA|Aspen|Anaesthetic|Topical|lidocaine and prilocaine|Cream|2.5 %/2.5 %||tube||||R||15..30|34|18.5|CP|4|1
Insulin glargine 100 U/mL 10 mL|Lantus|Sanofi|Endocrine|Insulin|insulin glargine|Solution, multi-dose vial|100 U/mL||vial|U×1000|||RIS|672|2..8|92|64|P|5|1
Semaglutide 1 mg pen|Ozempic|Novo Nordisk|Endocrine|GLP-1|semaglutide|Solution, pen|4 mg/3 mL||pen|dose×4|||RIPS|1344|2..8|968|842|CP|4|1
Epinephrine 0.3 mg auto-injector|EpiPen|Viatris|Emergency|Anaphylaxis|epinephrine|Auto-injector|0.3 mg||pen||||RIS||20..25|345|288|CP|1|1
Hyaluronidase 150 U/mL|Hylenex|Halozyme|Emergency|Filler reversal|hyaluronidase human|Solution|150 U/mL||vial|U×150|||RIS||2..8|58|37|C|1|1
Metformin 500 mg|Glucophage|Aurobindo|Endocrine|Biguanide|metformin|Tablet|500 mg||tablet||||R||15..30|0.12|0.02|P|14|60
Lisinopril 10 mg|Zestril|Lupin|Cardiovascular|ACE inhibitor|lisinopril|Tablet|10 mg||tablet||||RP||15..30|0.1|0.02|P|13|30
Atorvastatin 20 mg|Lipitor|Viatris|Cardiovascular|Statin|atorvastatin|Tablet|20 mg||tablet||||RP||15..30|0.14|0.03|P|13|30
Ibuprofen 400 mg|Motrin|Teva|Analgesic|NSAID|ibuprofen|Tablet|400 mg||tablet||||P||15..30|0.09|0.02|P|12|20
Bacteriostatic saline 30 mL|Hospira|Pfizer|Consumable|Diluent|sodium chloride 0.9 % with benzyl alcohol|Solution, multi-dose vial|0.9 %||vial|mL×30|||RI|672|20..25|4.2|1.6|C|7|1
Insulin syringe 0.3 mL 31 G|BD Ultra-Fine|Becton Dickinson|Consumable|Syringe||Device|||piece||||||5..40|0.38|0.16|CP|16|10
Cannula 25 G × 50 mm|TSK Steriglide|TSK Laboratory|Consumable|Cannula||Device|||piece||||||5..40|6.8|3.9|C|8|2
Nitrile gloves M|Halyard|Owens & Minor|Consumable|Protection||Pair|||pair||||||5..40|0.24|0.09|C|18|4
`;

export interface DemoProduct {
  readonly name: string;
  readonly brand: string;
  readonly vendor: string;
  readonly category: string;
  readonly subcategory: string;
  readonly genericName: string | null;
  readonly form: string | null;
  readonly strength: string | null;
  readonly ndc: string | null;
  readonly gtin: string | null;
  readonly stockUnit: string;
  readonly doseUnit: string | null;
  readonly dosesPerStockUnit: string | null;
  readonly deaSchedule: string | null;
  readonly awareClass: string | null;
  readonly flags: ReadonlySet<string>;
  readonly labelHours: number | null;
  readonly minCelsius: number;
  readonly maxCelsius: number;
  readonly unitPrice: string;
  readonly unitCogs: string;
  readonly atClinics: boolean;
  readonly atPharmacy: boolean;
  readonly weight: number;
  readonly atATime: number;
}

function demoProduct(line: string): DemoProduct {
  const cells = line.split('|').map((cell) => cell.trim());
  const cell = (index: number) => cells[index] ?? '';
  const optional = (index: number) => (cell(index) === '' ? null : cell(index));
  const [doseUnit, doses] = cell(10).split('×');
  const [min, max] = cell(15).split('..');
  const ndc = optional(8);
  return {
    name: cell(0),
    brand: cell(1),
    vendor: cell(2),
    category: cell(3),
    subcategory: cell(4),
    genericName: optional(5),
    form: optional(6),
    strength: optional(7),
    ndc: ndc === null ? null : elevenDigits(ndc),
    gtin: ndc === null ? null : gtinOf(ndc),
    stockUnit: cell(9),
    doseUnit: doseUnit === undefined || doseUnit === '' ? null : doseUnit,
    dosesPerStockUnit: doses ?? null,
    deaSchedule: optional(11),
    awareClass: optional(12),
    flags: new Set(cell(13)),
    labelHours: cell(14) === '' ? null : Number(cell(14)),
    minCelsius: Number(min),
    maxCelsius: Number(max),
    unitPrice: cell(16),
    unitCogs: cell(17),
    atClinics: cell(18).includes('C'),
    atPharmacy: cell(18).includes('P'),
    weight: Number(cell(19)),
    atATime: Number(cell(20)),
  };
}

/** 5-4-2, as the catalogue keeps it. */
function elevenDigits(ndc: string): string {
  const [labeler = '', product = '', pack = ''] = ndc.split('-');
  return `${labeler.padStart(5, '0')}-${product.padStart(4, '0')}-${pack}`;
}

/** A US drug's GTIN is 003, its ten NDC digits and the check digit. */
export function gtinOf(ndc: string): string {
  const digits = `003${ndc.replaceAll('-', '')}`;
  const sum = Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

export const demoProducts: readonly DemoProduct[] = table.trim().split('\n').map(demoProduct);
