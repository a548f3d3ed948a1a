/** Fetches the widget before it is asked for. */
import { css } from './style';

const begun = new Set<string>();

/** In an iframe that nobody sees, for browsers keep what a frame fetches apart from what its page fetches. It gets no token. */
export function warm({ href }: URL): void {
  if (begun.has(href)) return;
  begun.add(href);
  const frame = document.createElement('iframe');
  css(frame, 'display:none;');
  frame.src = href;
  const end = () => {
    removeEventListener('message', listen);
    frame.remove();
  };
  const listen = ({ source, data }: MessageEvent) => {
    if (source && source === frame.contentWindow && data?.type === 'ready') end();
  };
  addEventListener('message', listen);
  setTimeout(end, 3e4);
  document.documentElement.append(frame);
}
