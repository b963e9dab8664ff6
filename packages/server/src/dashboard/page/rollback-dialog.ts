import type { ModelDocument } from './documents.js';
import { element, setHidden, setText } from './elements.js';
import { requestRollback, type RollbackOutcome } from './server-link.js';
import { describeTraffic, failureText } from './version-words.js';

/** Asks before it rolls back, names what will be live, asks for the administrator's token when the server wants one. */
export class RollbackDialog {
  readonly #title = element('h2', { id: 'rollback-title' });
  readonly #question = element('p');
  readonly #failure = element('p', { class: 'problem', role: 'alert', hidden: '' });
  readonly #token = element('input', {
    type: 'password',
    id: 'rollback-token',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  readonly #tokenField = element(
    'p',
    { class: 'field', hidden: '' },
    element('label', { for: 'rollback-token' }, 'Token of the administrator'),
    this.#token,
    element('small', {}, 'Kept in this tab until it is closed.'),
  );
  readonly #cancel = element('button', { type: 'button' }, 'Cancel');
  readonly #confirm = element('button', { type: 'submit', class: 'danger' }, 'Roll back');
  readonly #dialog: HTMLDialogElement;
  #modelId = '';
  readonly #done: (message: string) => void;

  /** @param done is told what came of it, for people */
  constructor(done: (message: string) => void) {
    this.#done = done;
    const form = element(
      'form',
      {},
      this.#title,
      this.#question,
      this.#failure,
      this.#tokenField,
      element('p', { class: 'buttons' }, this.#cancel, this.#confirm),
    );
    this.#dialog = element('dialog', { 'aria-labelledby': 'rollback-title' }, form);
    this.#cancel.addEventListener('click', () => this.#dialog.close());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    document.body.append(this.#dialog);
  }

  ask({ id, traffic, rollback_to: target }: ModelDocument): void {
    if (target === null || this.#dialog.open) return;
    this.#modelId = id;
    setText(this.#title, `Roll back ${id}?`);
    setText(
      this.#question,
      `Live is ${describeTraffic(traffic)}. It will be ${describeTraffic(target)}. ` +
        'What is rolled back is not made live again by itself.',
    );
    setHidden(this.#failure, true);
    setHidden(this.#tokenField, true);
    this.#token.value = '';
    this.#dialog.showModal();
    this.#cancel.focus();
  }

  async #send(): Promise<void> {
    this.#confirm.disabled = true;
    const typed = this.#tokenField.hidden ? '' : this.#token.value.trim();
    const outcome = await (typed === ''
      ? requestRollback(this.#modelId)
      : requestRollback(this.#modelId, typed));
    this.#confirm.disabled = false;
    this.#show(outcome, typed !== '');
  }

  #show(outcome: RollbackOutcome, tokenWasTyped: boolean): void {
    if (outcome.kind === 'done') {
      this.#dialog.close();
      this.#done(`${this.#modelId} was rolled back.`);
      return;
    }
    const asks = outcome.kind === 'token-wanted';
    setHidden(this.#tokenField, !asks);
    // The first refusal only says that a token is wanted, which the field says better.
    setHidden(this.#failure, asks && !tokenWasTyped);
    setText(this.#failure, failureText(outcome.failure));
    if (asks) this.#token.select();
    if (asks) this.#token.focus();
  }
}
