/**
 * A field's fault as a sentence. The server's words mostly go on with the field's name: `must have at least 8
 * characters` → `Password must have at least 8 characters.`
 */
export function faultWords(label: string, fault: string): string {
  const whole = /^(is|are|must|may|has|have|holds|lies|needs)\b/.test(fault) ? `${label} ${fault}` : fault;
  const end = /[.!?]$/.test(whole) ? '' : '.';
  return whole.charAt(0).toUpperCase() + whole.slice(1) + end;
}
