/** A column's head: its words; over numbers; or only for whoever hears the page. */
export type Head = string | { number: string } | { unseen: string };

/** The heads of a table that cannot be sorted. */
export function Heads({ of }: { of: readonly Head[] }) {
  return (
    <thead>
      <tr>
        {of.map((head) => {
          if (typeof head === 'string')
            return (
              <th key={head} scope="col">
                {head}
              </th>
            );
          if ('number' in head)
            return (
              <th key={head.number} scope="col" className="number">
                {head.number}
              </th>
            );
          return (
            <th key={head.unseen} scope="col">
              <span className="sr-only">{head.unseen}</span>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
