// A mail server for tests: it takes every mail, and gives the links in them.

import { once } from "node:events";
import { SMTPServer } from "smtp-server";

import { until } from "./until.mjs";

/** A mail server on a free port. `close` it when done. */
export class Sink {
  #mails = [];
  #server = new SMTPServer({ authOptional: true, disabledCommands: ["STARTTLS", "AUTH"], onData: this.#take.bind(this) });

  /** Starts it. */
  async open() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server.server, "listening");
    return this;
  }

  /** The settings of a server that mails by it, with no wait between two mails to one address. */
  get settings() {
    const { port } = this.#server.server.address();
    return { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(port), SMTP_FROM: "play@games.example", GAMESERVER_MAIL_APART: "0" };
  }

  /** Waits for the next mail to an address; gives each mail once. */
  async next(to) {
    const is = (mail) => mail.to === to;
    const mail = await until(`a mail to ${to}`, () => this.#mails.find(is));
    this.#mails.splice(this.#mails.indexOf(mail), 1);
    return mail;
  }

  /** Mails that nobody waited for. */
  get left() {
    return this.#mails.length;
  }

  /** Waits for the next mail to an address and gives the path of its link. */
  async link(to) {
    const mail = await this.next(to);
    return /https?:\/\/[^/\s]+(\/users\/[\w./-]+)/.exec(mail.text)[1];
  }

  async close() {
    await new Promise((closed) => this.#server.close(closed));
  }

  async #take(stream, session, done) {
    const parts = [];
    for await (const part of stream) parts.push(part);
    const to = session.envelope.rcptTo[0].address;
    const raw = Buffer.concat(parts).toString();
    const header = (name) => new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(raw)?.[1].replace(/\r\n[ \t]+/g, " ");
    const types = [...raw.matchAll(/^Content-Type: ([\w/]+)/gim)].map((found) => found[1]);
    this.#mails.push({ to, from: header("From"), subject: header("Subject"), types, text: plain(raw) });
    done();
  }
}

/** The text of a mail, quoted-printable undone. */
function plain(mail) {
  const bytes = mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
