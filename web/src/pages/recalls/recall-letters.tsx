/** A letter to each person who had of a recalled lot: one a page, as it is printed. */
import { Button, SimpleGrid, TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { usePlace } from '../../app/place.tsx';
import { usePerson } from '../../app/session.ts';
import { day, localDate } from '../../format/dates.ts';
import { amount, counted } from '../../format/words.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { fullName } from '../../format/patient-name.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { RecallQuery, type Exposure, type Recall } from './recall-documents.ts';
import { classWord } from './recall-signs.tsx';
import classes from './recalls.module.css';

const advice =
  'Please do not use what may be left of it; keep it apart and bring it back to us. Call us if you do not feel well, or if you have any question. If you have a doctor elsewhere, take this letter along.';

export function RecallLetters() {
  const { id = '' } = useParams();
  const { place } = usePlace();
  const { displayName } = usePerson();
  const [{ data, error }] = useQuery({ query: RecallQuery, variables: { id, withNames: true } });
  const [sender, setSender] = useState(place?.name ?? '');
  const [phone, setPhone] = useState('');
  const [text, setText] = useState(advice);
  const recall = data?.recall;
  if (recall == null) return error === undefined ? null : <RefusalNote refusal={refusalOf(error)} />;
  const letters = byPatient(recall.affectedPatients);
  return (
    <>
      <div className="lk-screen-only">
        <BackLink to={`/recalls/${id}`}>Recall {recall.reference}</BackLink>
        <PageHeader
          title={counted(letters.length, 'letter')}
          description="What you change here is in all of them. Nothing of it is kept."
          actions={
            <Button
              onClick={() => {
                window.print();
              }}
            >
              Print
            </Button>
          }
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            label="From"
            placeholder="Name and address, as at the top of a letter"
            value={sender}
            onChange={({ currentTarget }) => {
              setSender(currentTarget.value);
            }}
          />
          <TextInput
            label="Phone for questions"
            value={phone}
            onChange={({ currentTarget }) => {
              setPhone(currentTarget.value);
            }}
          />
        </SimpleGrid>
        <Textarea
          label="What to do"
          mt="sm"
          mb="lg"
          autosize
          minRows={3}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
          }}
        />
      </div>
      {letters.map((exposures) => (
        <Letter
          key={exposures[0].patient.id}
          recall={recall}
          exposures={exposures}
          sender={sender}
          phone={phone}
          text={text}
          signed={displayName}
        />
      ))}
    </>
  );
}

type Exposures = readonly [Exposure, ...Exposure[]];

function byPatient(exposures: readonly Exposure[]): Exposures[] {
  const found = new Map<string, [Exposure, ...Exposure[]]>();
  for (const exposure of exposures) {
    const known = found.get(exposure.patient.id);
    if (known === undefined) found.set(exposure.patient.id, [exposure]);
    else known.push(exposure);
  }
  return [...found.values()];
}

interface LetterProps {
  readonly recall: Recall;
  readonly exposures: Exposures;
  readonly sender: string;
  readonly phone: string;
  readonly text: string;
  readonly signed: string;
}

function Letter({ recall, exposures, sender, phone, text, signed }: LetterProps) {
  const { patient } = exposures[0];
  const product = recall.product?.name ?? recall.reference;
  const lots = recall.lots.map(({ manufacturerLotNumber }) => manufacturerLotNumber).join(', ');
  return (
    <article className={classes.letter} aria-label={`Letter to ${fullName(patient)}`}>
      <div className={classes.letterhead}>
        <span>{sender}</span>
        <span>{day(localDate(new Date()))}</span>
      </div>
      <address>
        {fullName(patient)}
        <br />
        {patient.address ?? ''}
      </address>
      <h2>
        Recall of {product}, lot {lots}
      </h2>
      <p>Dear {fullName(patient)},</p>
      <p>
        A product that you had from us has been recalled ({classWord(recall.recallClass)}, {recall.reference}). The
        reason that was given: {recall.reason}
      </p>
      <p>By our records you had:</p>
      <ul>
        {exposures.map(({ quantity: had, unit, via, lastAt }) => (
          <li key={`${via} ${unit}`}>
            {amount(had, unit)} of {product}, last on {day(localDate(new Date(lastAt)))}
          </li>
        ))}
      </ul>
      <p>{text}</p>
      {phone.trim() !== '' && <p>Phone: {phone}</p>}
      <p className={classes.signature}>
        {signed}
        {sender === '' ? '' : `, ${sender}`}
      </p>
    </article>
  );
}
