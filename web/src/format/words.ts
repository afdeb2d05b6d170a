/** "AWAITING_INTAKE" is "Awaiting intake". */
export function words(constant: string): string {
  const text = constant.toLowerCase().replaceAll('_', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** "1 lot", "2 lots". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
