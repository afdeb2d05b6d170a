/**
 * A request that Node hands to the WebSockets only where it asks for one. Where anybody listens for upgrades at all, Node
 * hands over every request that offers one, and some clients offer HTTP/2 with each (Java's own, curl --http2): what
 * they ask is to be answered as if they had offered nothing.
 */
import { IncomingMessage } from 'node:http';

export class HttpRequest extends IncomingMessage {
  private offersUpgrade = false;

  /** Set by Node before the headers are read, asked after that. */
  get upgrade(): boolean {
    return this.offersUpgrade && (this.method === 'CONNECT' || this.headers.upgrade?.toLowerCase() === 'websocket');
  }

  set upgrade(offers: boolean) {
    this.offersUpgrade = offers;
  }
}
