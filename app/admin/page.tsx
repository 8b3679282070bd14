import { redirect } from 'next/navigation';
import { pageContext } from '../page-context';
import { placesOf } from '../places';

/** Leads to the first place of the administration that the viewer may see. */
export default async function AdminPage() {
  const ctx = await pageContext('user.list');
  const first = placesOf(ctx).find((place) => place.group === 'admin' && place.isOpen);
  redirect(first?.href ?? '/');
}
