'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { sendJson } from '@/components/hooks/api';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { SimulatedChip } from '@/components/ui/simulated-chip';

const SPEED = 1;

/** Starts the built-in race: simulated cars that come in by the same way as real ones. */
export function DemoRaceButton() {
  const router = useRouter();
  const start = useMutation({
    mutationFn: () => sendJson<{ session_id?: number }>('POST', '/api/v1/demo/race', { speed: SPEED }),
    onSuccess: (race) => {
      if (race?.session_id) router.push(`/live/${race.session_id}`);
      else router.refresh();
    },
  });
  return (
    <>
      <Button onPress={() => start.mutate()} isDisabled={start.isPending}>
        {start.isPending ? 'Starting the demo race…' : 'Start the demo race'} <SimulatedChip />
      </Button>
      <Failure error={start.error} kept="No race was started." />
    </>
  );
}
