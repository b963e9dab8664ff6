import type { EventDocument, ModelDocument } from './documents.js';
import { byId, element, setChildren, setHidden, setText } from './elements.js';
import { followEvents } from './event-stream.js';
import { eventWords } from './event-words.js';
import { timeOf } from './figures.js';
import { ModelView } from './model-view.js';
import { Overview } from './overview.js';
import { RollbackDialog } from './rollback-dialog.js';
import { fetchModels, fetchHistory } from './server-link.js';

/** Milliseconds between two looks. */
const POLL_MS = 1500;
/** Lines of the list of events. */
const EVENTS_SHOWN = 50;

const models = byId('models');
const empty = byId('empty');
const link = byId('link');
const lost = byId('lost');
const events = byId('events');
const noEvents = byId('no-events');
const announcement = byId('announcement');
const notice = byId('notice');

const overview = new Overview(byId('overview'));
const views = new Map<string, ModelView>();
const dialog = new RollbackDialog((message) => {
  setText(notice, message);
  void look();
});

/** Looks at the server once; a look that is under way is not doubled. */
let looking: Promise<void> | undefined;
function look(): Promise<void> {
  looking ??= lookOnce().finally(() => {
    looking = undefined;
  });
  return looking;
}

async function lookOnce(): Promise<void> {
  try {
    const documents = await fetchModels();
    const now = performance.now();
    const shown = documents.map((model) => {
      const view = views.get(model.id) ?? new ModelView(model.id, (one) => dialog.ask(one));
      views.set(model.id, view);
      view.show(model, now);
      if (view.wantsHistory(model)) void showHistory(model, view);
      return { model, view };
    });
    const ids = new Set(documents.map(({ id }) => id));
    for (const id of views.keys()) if (!ids.has(id)) views.delete(id);
    setChildren(
      models,
      shown.map(({ view }) => view.root),
    );
    overview.show(shown);
    setHidden(empty, shown.length > 0);
    connected();
  } catch (error) {
    disconnected(error instanceof Error ? error.message : String(error));
  }
}

async function showHistory(model: ModelDocument, view: ModelView): Promise<void> {
  try {
    view.showHistory(model, await fetchHistory(model.id));
  } catch (error) {
    disconnected(error instanceof Error ? error.message : String(error));
  }
}

function connected(): void {
  link.dataset.state = 'up';
  setText(link, 'Connected');
  setHidden(lost, true);
}

function disconnected(why: string): void {
  link.dataset.state = 'down';
  setText(link, 'Disconnected');
  setText(
    lost,
    `The server cannot be reached: ${why} What is shown is the last that was seen. Trying again.`,
  );
  setHidden(lost, false);
}

function tell(event: EventDocument): void {
  const { text, loud } = eventWords(event);
  events.prepend(element('li', {}, element('time', { datetime: event.at }, timeOf(event.at)), ` ${text}`));
  while (events.childElementCount > EVENTS_SHOWN) events.lastElementChild?.remove();
  setHidden(noEvents, true);
  if (loud) setText(announcement, text);
  void look();
}

async function keepLooking(): Promise<void> {
  await look();
  setTimeout(() => void keepLooking(), POLL_MS);
}

followEvents(tell);
void keepLooking();
