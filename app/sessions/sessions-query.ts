import { listQuery } from '@/lib/contracts/common';
import { sessionFilter } from '@/lib/contracts/sessions';
import { lenientQuery, type SearchParams } from '../lenient-query';
import { pageCursor } from '../page-cursor';

const query = listQuery.extend({ ...sessionFilter.shape, cursor: pageCursor });

/** The list's view out of the URL. */
export const sessionsQuery = (params: SearchParams) => lenientQuery(query, params);
