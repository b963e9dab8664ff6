const MAX_EVENTS = 50;
const REFRESH_MS = 2000;

function cell(text) {
  const element = document.createElement('td');
  element.textContent = text;
  return element;
}

function rowsOf({ id, state, versions = [] }) {
  if (versions.length === 0) return [[id, '', state, '', '', '', '', '']];
  return versions.map(({ version, state: versionState, role, share, metrics }) => [
    id,
    version ?? '(unversioned)',
    versionState,
    role,
    `${Math.round(share * 100)} %`,
    metrics.requests,
    metrics.errors,
    metrics.p95 === null ? '' : `${Math.round(metrics.p95.value * 1000)} ms`,
  ]);
}

async function refresh() {
  const response = await fetch('/v1/models');
  const { models } = await response.json();
  const rows = models.flatMap(rowsOf).map((texts) => {
    const row = document.createElement('tr');
    row.append(...texts.map(cell));
    return row;
  });
  document.querySelector('#versions').replaceChildren(...rows);
}

function tell({ at, model, kind, version }) {
  const item = document.createElement('li');
  item.textContent = [at, model, kind, version].filter(Boolean).join(' ');
  const list = document.querySelector('#events');
  list.prepend(item);
  while (list.children.length > MAX_EVENTS) list.lastElementChild.remove();
}

const events = new EventSource('/v1/events');
events.addEventListener('deployment', ({ data }) => {
  tell(JSON.parse(data));
  void refresh();
});
setInterval(() => void refresh(), REFRESH_MS);
await refresh();
