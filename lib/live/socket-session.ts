/** How a socket's session speaks to the other end. Both may be called at any time; after the end they do nothing. */
export type SocketEnds = {
  /** One text message; sent in the order of the calls. */
  send(text: string): void;
  /** Ends the socket after what was sent: a WebSocket close code, and why in at most 123 bytes. */
  close(code: number, reason: string): void;
  /** Who is at the other end, for names and counts. */
  stamp: { requestId: string; ip: string; isLocal: boolean };
};

/** What a socket means: made when it opens, told of everything that comes. */
export type SocketSession = {
  /**
   * One message from the other end. The next one comes when this has settled, so they are handled in order; meanwhile
   * they wait, and beyond a hundred the socket is not read. A rejection ends the socket (1011).
   */
  message(text: string): Promise<void> | void;
  /** Called once when the socket is gone, whoever ended it. */
  closed(): void;
};
