/** Two soft notes, made here: no file to load. Silent where the browser has not been touched yet. */
export function playChime(isUrgent: boolean): void {
  const audio = new AudioContext();
  const notes = isUrgent ? [880, 660, 880] : [660, 880];
  notes.forEach((frequency, index) => {
    const start = audio.currentTime + index * 0.16;
    const gain = audio.createGain();
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.15);
    const note = audio.createOscillator();
    note.frequency.value = frequency;
    note.connect(gain).connect(audio.destination);
    note.start(start);
    note.stop(start + 0.16);
  });
  setTimeout(() => void audio.close(), 1_000);
}
