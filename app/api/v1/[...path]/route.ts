import { noSuchPath } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export {
  noSuchPath as DELETE,
  noSuchPath as GET,
  noSuchPath as PATCH,
  noSuchPath as POST,
  noSuchPath as PUT,
};
