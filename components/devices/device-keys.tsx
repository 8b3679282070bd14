'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getJson, sendJson } from '@/components/hooks/api';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import type { DeviceKeyCreated, DeviceKeyItem } from '@/lib/contracts/device-keys';
import type { DeviceItem } from '@/lib/contracts/devices';
import { PhoneAddress, type Reach } from './phone-address';

type DeviceKeysProps = { device: DeviceItem; reach: Reach; onClose(): void };

/** The keys by which phones send for a device: make one, revoke one. Mount it to ask. */
export function DeviceKeys({ device, reach, onClose }: DeviceKeysProps) {
  const path = `/api/v1/devices/${device.id}/keys`;
  const list = useQuery({
    queryKey: ['device keys', device.id],
    queryFn: ({ signal }) => getJson<{ items: DeviceKeyItem[] }>(path, signal),
  });
  const again = () => void list.refetch();
  const make = useMutation({
    mutationFn: () => sendJson<DeviceKeyCreated>('POST', path),
    onSuccess: again,
  });
  const revoke = useMutation({
    mutationFn: (id: number) => sendJson('DELETE', `${path}/${id}`),
    onSuccess: again,
  });
  return (
    <Dialog
      title={make.data ? `A new address for ${device.name}` : `Keys of ${device.name}`}
      role={make.data ? 'alertdialog' : 'dialog'}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      {make.data ? (
        <PhoneAddress made={make.data} reach={reach} onClose={onClose} />
      ) : (
        <div className="flex flex-col gap-4 text-sm">
          <p className="text-soft">
            A phone sends under a key in its address. A revoked one is refused at once; what came in by it
            stays.
          </p>
          <ul className="flex flex-col divide-y divide-line rounded-md border border-line empty:hidden">
            {list.data?.items.map((key) => (
              <KeyRow
                key={key.id}
                item={key}
                isBusy={revoke.isPending}
                onRevoke={() => revoke.mutate(key.id)}
              />
            ))}
          </ul>
          <Failure error={list.error} kept="" />
          <Failure error={make.error} kept="No key was made." />
          <Failure error={revoke.error} kept="The key still works." />
          <div className="flex justify-end gap-2">
            <Button onPress={onClose}>Close</Button>
            <Button look="primary" onPress={() => make.mutate()} isDisabled={make.isPending}>
              New key
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

type KeyRowProps = { item: DeviceKeyItem; isBusy: boolean; onRevoke(): void };

function KeyRow({ item, isBusy, onRevoke }: KeyRowProps) {
  const [isSure, setSure] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-3 px-3 py-1">
      <span className="font-mono text-xs">{item.prefix}…</span>
      <span className="text-soft">
        {item.last_used_at ? (
          <>
            used <LocalTime instant={item.last_used_at} />
          </>
        ) : (
          'never used'
        )}
      </span>
      {item.revoked_at ? (
        <span className="ml-auto text-quiet">revoked</span>
      ) : (
        <Button
          look={isSure ? 'danger' : 'quiet'}
          className="ml-auto"
          aria-label={`${isSure ? 'Really revoke' : 'Revoke'} the key ${item.prefix}`}
          isDisabled={isBusy}
          onPress={() => (isSure ? onRevoke() : setSure(true))}
        >
          {isSure ? 'Really revoke' : 'Revoke'}
        </Button>
      )}
    </li>
  );
}
