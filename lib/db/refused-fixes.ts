import type { Sql } from './client';

/** Adds to the devices' counts of fixes that were not stored, by reason. */
export async function countRefused(
  sql: Sql,
  counts: ReadonlyMap<number, Readonly<Record<string, number>>>,
): Promise<void> {
  const rows = [...counts].map(([device_id, refused]) => ({ device_id, refused }));
  await sql.unsafe(
    `insert into device_states as state (device_id, refused)
     select change.device_id, change.refused
     from jsonb_to_recordset($1::text::jsonb) as change(device_id int4, refused jsonb)
     join devices on devices.id = change.device_id order by change.device_id
     on conflict (device_id) do update set refused = (
       select coalesce(jsonb_object_agg(reason, total), '{}') from (
         select reason, sum(count::int8) as total from (
           select * from jsonb_each_text(state.refused) as old(reason, count)
           union all select * from jsonb_each_text(excluded.refused)) as both_counts group by reason) as sums)`,
    [JSON.stringify(rows)],
  );
}
