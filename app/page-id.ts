/** The id of a page's address, null when it is none. */
export function pageId(text: string): number | null {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2_147_483_647 ? Number(text) : null;
}

/** null instead of the error that a service throws for what does not exist; every other error stays. */
export async function orNotFound<Found>(wanted: Promise<Found>): Promise<Found | null> {
  try {
    return await wanted;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'not_found') return null;
    throw error;
  }
}
