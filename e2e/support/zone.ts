// The machine-readable zone of a passport (ICAO 9303 part 4), with its check digits.
export function checkDigit(field: string): string {
  const value = (c: string) => (c === '<' ? 0 : /\d/.test(c) ? Number(c) : c.charCodeAt(0) - 55);
  const sum = [...field].reduce((total, c, at) => total + value(c) * ([7, 3, 1][at % 3] ?? 1), 0);
  return String(sum % 10);
}

export function passportZone(p: {
  state: string; surname: string; given: string; number: string; birth: string; sex: string; until: string;
}): string {
  const names = `P<${p.state}${p.surname}<<${p.given.replaceAll(' ', '<')}`.padEnd(44, '<').slice(0, 44);
  const number = p.number.padEnd(9, '<') + checkDigit(p.number.padEnd(9, '<'));
  const birth = p.birth + checkDigit(p.birth);
  const until = p.until + checkDigit(p.until);
  const optional = '<'.repeat(14) + '<';
  const all = number + birth + until + optional;
  return `${names}\n${number}${p.state}${birth}${p.sex}${until}${optional}${checkDigit(all)}`;
}
