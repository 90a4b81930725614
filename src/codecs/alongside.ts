/** What was recorded beside the events, written in step with them. */

/** Items in order of time, of which no more is held than the next one. */
export class Alongside<Item> {
  /** The next item, if there is one. */
  next: Item | undefined;
  readonly #items: AsyncIterator<Item>;
  readonly #timeOf: (item: Item) => bigint | undefined;

  private constructor(items: AsyncIterator<Item>, timeOf: (item: Item) => bigint | undefined) {
    this.#items = items;
    this.#timeOf = timeOf;
  }

  /** @param timeOf `undefined` for an item that may go anywhere */
  static async open<Item>(items: AsyncIterable<Item> | undefined, timeOf: (item: Item) => bigint | undefined): Promise<Alongside<Item>> {
    const opened = new Alongside((items ?? nothing)[Symbol.asyncIterator](), timeOf);
    await opened.#advance();
    return opened;
  }

  /** Time of the next item. */
  get time(): bigint | undefined {
    return this.next === undefined ? undefined : this.#timeOf(this.next);
  }

  /** The items up to a time, or all that are left. */
  async *until(end?: bigint): AsyncGenerator<Item> {
    for (let item = this.next; item !== undefined; item = this.next) {
      const time = this.#timeOf(item);
      if (end !== undefined && time !== undefined && time > end) return;
      await this.#advance();
      yield item;
    }
  }

  async #advance(): Promise<void> {
    const result = await this.#items.next();
    this.next = result.done === true ? undefined : result.value;
  }
}

const nothing: AsyncIterable<never> = { async *[Symbol.asyncIterator]() {} };
