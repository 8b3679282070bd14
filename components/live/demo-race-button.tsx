'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { Select } from '@/components/ui/select';
import { SimulatedChip } from '@/components/ui/simulated-chip';

type Speed = '1' | '5' | '20';

const SPEEDS: readonly { value: Speed; words: string }[] = [
  { value: '1', words: 'as driven (22 min)' },
  { value: '5', words: '5 × as fast (4 min)' },
  { value: '20', words: '20 × as fast (1 min)' },
];

/** Starts the built-in race: simulated cars that come in by the same way as real ones. */
export function DemoRaceButton() {
  const router = useRouter();
  const [speed, setSpeed] = useState<Speed>('1');
  const start = useMutation({
    mutationFn: () => sendJson<{ session_id: number }>('POST', '/api/v1/demo/race', { speed: Number(speed) }),
    onSuccess: (race) => race && router.push(`/live/${race.session_id}`),
  });
  // After the answer the next page is still on its way.
  const isBusy = start.isPending || start.isSuccess;
  return (
    <>
      <Button onPress={() => start.mutate()} isDisabled={isBusy}>
        {isBusy ? 'Starting the demo race…' : 'Start the demo race'} <SimulatedChip />
      </Button>
      <Select<Speed> label="Speed of the demo race" value={speed} options={SPEEDS} onChange={setSpeed} />
      <Failure error={start.error} kept="No race was started." />
    </>
  );
}
