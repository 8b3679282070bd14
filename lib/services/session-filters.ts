export { SESSION_FILTERS } from '@/lib/db/session-list';
