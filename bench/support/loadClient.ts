import { Agent, get } from 'node:http';

/** Sends requests back to back over several connections. */
export class LoadClient {
  readonly #agent: Agent;
  readonly #url: string;
  readonly #connections: number;

  constructor(url: string, connections: number) {
    this.#url = url;
    this.#connections = connections;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Settles when so many requests were answered. */
  async run(requests: number): Promise<void> {
    let left = requests;
    const connection = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.#one();
      }
    };
    await Promise.all(Array.from({ length: this.#connections }, connection));
  }

  close(): void {
    this.#agent.destroy();
  }

  #one(): Promise<void> {
    return new Promise((resolve, reject) => {
      get(this.#url, { agent: this.#agent }, (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', resolve);
      }).on('error', reject);
    });
  }
}
