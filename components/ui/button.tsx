'use client';

import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';
import { type ButtonLook, buttonLook } from './button-look';

export function Button({
  look = 'plain',
  isIcon = false,
  className = '',
  ...props
}: Omit<ButtonProps, 'className'> & { look?: ButtonLook; isIcon?: boolean; className?: string }) {
  return <AriaButton {...props} className={`${buttonLook(look, isIcon)} ${className}`} />;
}
