/** Short and pet forms of first names that stand in records for the full one. Each line is one name in its forms. */
const lines = `
abigail abby abbie gail
albert al bert bertie
alexander alex alec sandy sasha xander
alexandra alex alexa sandra sandy sasha
alfred al fred alfie
allison alison ally allie
amanda mandy
andrew andy drew
angela angie
anthony antony tony
antonio tony toni
barbara barb barbie babs
benjamin ben benny benji
bernard bernie
beverly beverley bev
bradley brad
cameron cam
caroline carolyn carrie caro
catherine katherine kathryn katharine cathy kathy kate katie kay kat kit
charles charlie chuck chas
charlotte charlie lottie
christina christine chris chrissie tina
christopher chris kit topher
cynthia cindy
daniel dan danny
danielle dani
david dave davy
deborah debra deb debbie
dominic dom nick
donald don donnie
dorothy dot dottie
douglas doug
edward ed eddie ted teddy ned
eleanor ellie nell nora
elizabeth elisabeth liz lizzie beth betty betsy bess eliza lisa libby
emily em emmy
eugene gene
florence flo florrie
francis frank frankie
frances fran franny
francisco paco pancho
frederick fred freddie
gabriel gabe
gabrielle gabby
gerald gerry jerry
geoffrey jeffrey geoff jeff
gregory greg
harold harry hal
henry harry hank hal
isabella isabel bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie jem
jennifer jen jenny
jessica jess jessie
johannes hans john
john jack johnny jon
jonathan jon jonny
jose pepe
joseph joe joey
josephine jo josie
joshua josh
judith judy
kenneth ken kenny
kimberly kim
lawrence laurence larry
leonard len lenny leo
lillian lily lil
louis lou louie
louise lou
lucille lucy
madeline madeleine maddie maddy
margaret maggie meg peggy marge margie greta rita
margarita rita
martha marty
martin marty
matthew mat matt
maximilian max
megan meg
melissa mel missy
michael mike mick mickey mikey micky
michelle shelly
mitchell mitch
natalie nat
natasha tasha
nathaniel nathan nate nat
nicholas nicolas nick nicky
nicole nikki nicky
olivia liv livvy
oliver ollie
pamela pam
patricia pat patty patsy trish tricia
patrick pat paddy
penelope penny
peter pete
philip phillip phil
rachel rachael rae
raymond ray
rebecca becky becca
richard rick ricky rich richie dick
robert rob robbie bob bobby bert
roberta bobbie
rodney rod
ronald ron ronnie
rosemary rose rosie
russell russ
samantha sam sammy
samuel sam sammy
sarah sara sally sadie
stanley stan
stephanie steph
stephen steven steve stevie
susan susanne suzanne sue susie suzie
teresa theresa terry tess tessa
terence terrence terry
theodore theo ted teddy
thomas tom tommy
timothy tim timmy
veronica ronnie
victoria vicky vicki tori
vincent vince vinny
virginia ginny
walter walt wally
wilhelm willi will
william bill billy will willie liam
zachary zach zack
`;

const namesOf = new Map<string, number[]>();
for (const [index, line] of lines.trim().split('\n').entries()) {
  for (const form of line.split(' ')) namesOf.set(form, [...(namesOf.get(form) ?? []), index]);
}

/** Whether both may stand for one and the same name. */
export function areFormsOfOneName(a: string, b: string): boolean {
  const ofB = namesOf.get(b);
  return ofB !== undefined && (namesOf.get(a)?.some((name) => ofB.includes(name)) ?? false);
}
