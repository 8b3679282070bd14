'use client';

import { useMutation } from '@tanstack/react-query';
import { LogOut, UserRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { logOut } from '@/components/hooks/login';
import { Button } from './button';
import { type Place, useOpenPlaces, type Viewer } from './frame';
import { MENU_HEADER, MENU_ITEM } from './menu-choice';
import { ThemeChoice, UnitsChoice } from './view-choices';

/** Who is logged in, the places that are only that person's, how to see the pages, and the way out. */
export function UserMenu({ viewer }: { viewer: Viewer }) {
  const own = useOpenPlaces('own');
  const admin = useOpenPlaces('admin');
  const router = useRouter();
  const leave = useMutation({ mutationFn: logOut });
  return (
    <MenuTrigger>
      <Button look="quiet" aria-label={`Account of ${viewer.username}`} className="max-sm:px-0">
        <UserRound size={16} aria-hidden className="shrink-0" />
        <span aria-hidden className="max-w-32 truncate max-sm:hidden">
          {viewer.username}
        </span>
      </Button>
      <Popover
        placement="bottom end"
        className="overflow-auto rounded-md border border-edge bg-page text-text"
      >
        <Menu
          className="min-w-52 p-1 outline-none"
          aria-label="Account"
          onAction={(key) => {
            if (key === 'leave') leave.mutate();
            else if (String(key).startsWith('/')) router.push(String(key));
          }}
        >
          <MenuSection>
            <Header className="max-w-64 truncate px-2 pt-2 pb-1 text-sm" title={viewer.username}>
              {viewer.username} <span className="text-soft">· {viewer.levelName}</span>
            </Header>
            {own.map(placeItem)}
          </MenuSection>
          {admin.length > 0 && (
            <MenuSection>
              <Header className={MENU_HEADER}>Administration</Header>
              {admin.map(placeItem)}
            </MenuSection>
          )}
          <ThemeChoice />
          <UnitsChoice />
          <MenuItem id="leave" className={`${MENU_ITEM} mt-1`}>
            <LogOut size={16} aria-hidden /> Log out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

const placeItem = ({ href, words }: Place) => (
  <MenuItem key={href} id={href} className={MENU_ITEM}>
    {words}
  </MenuItem>
);
