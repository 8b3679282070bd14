'use client';

import { useOrigin } from '@/components/hooks/use-origin';
import { Button } from '@/components/ui/button';
import { CopyLines } from '@/components/ui/copy-lines';
import type { DeviceKeyCreated } from '@/lib/contracts/device-keys';

/** How phones reach the server. */
export type Reach = {
  /** The address under which people reach it; null = the one of this page. */
  publicUrl: string | null;
  /** Whether only its own machine does. */
  isLoopback: boolean;
};

type PhoneAddressProps = { made: DeviceKeyCreated; reach: Reach; onClose(): void };

/** A new key's address, this once, and what to put where. */
export function PhoneAddress({ made, reach, onClose }: PhoneAddressProps) {
  const origin = useOrigin();
  return (
    <div className="flex flex-col gap-4 text-sm">
      <p>Copy the address now: you will not see it again. Whoever has it can send as this device.</p>
      <CopyLines label="The address" text={`${reach.publicUrl ?? origin}${made.path}`} />
      <ol className="flex list-decimal flex-col gap-1 pl-5">
        <li>
          Install <b>Traccar Client</b> (or any sender of the OsmAnd protocol) on the phone.
        </li>
        <li>
          Server URL: the address above. Device identifier: anything, the address says which device it is.
        </li>
        <li>Location accuracy: highest; distance: 0; interval: 1 second. Then start the service.</li>
      </ol>
      {reach.isLoopback && reach.publicUrl === null && (
        <p className="rounded-md border border-edge p-2">
          This server listens to its own machine alone, so that no phone reaches it yet. Start it with{' '}
          <code className="font-mono text-xs">HOST=0.0.0.0 npm start</code> and put this machine’s address in
          the place of {origin.replace(/^https?:\/\//, '')}, or set{' '}
          <code className="font-mono text-xs">PUBLIC_URL</code> when a proxy stands in front.
        </p>
      )}
      <div className="flex justify-end">
        <Button look="primary" onPress={onClose}>
          I have it
        </Button>
      </div>
    </div>
  );
}
