/** What people call an entry: number and driver, else the device's name. */
export function labelOf(entry: {
  number: string | null;
  driver: string | null;
  device_name: string;
}): string {
  return [entry.number, entry.driver].filter((part) => part).join(' ') || entry.device_name;
}
