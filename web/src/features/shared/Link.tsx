import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import type { Href } from './paths';

/** Goes to an address of the page. */
export function useGo() {
  const router = useRouter();
  return (href: Href, replace = false) => {
    if (replace) router.history.replace(href);
    else router.history.push(href);
  };
}

type Props = {
  href: Href;
  children: ReactNode;
  className?: string;
  title?: string;
  label?: string;
  current?: boolean;
  onFollow?: () => void;
};

/** An anchor the router follows; a modified click is left to the browser. Hovering fetches the page behind it. */
export function Link({ href, children, className, title, label, current, onFollow }: Props) {
  const router = useRouter();
  const go = useGo();
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
    onFollow?.();
  };
  const preload = () => void router.preloadRoute({ to: href.split('?')[0] as never }).catch(() => undefined);
  return (
    <a
      href={href}
      onClick={follow}
      onMouseEnter={preload}
      onFocus={preload}
      {...(className ? { className } : {})}
      {...(title ? { title } : {})}
      {...(label ? { 'aria-label': label } : {})}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
    </a>
  );
}
