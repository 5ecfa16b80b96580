/** The statistics page: plots of what is shown, each with its numbers as a table; a bar sets the filter it stands for. */
import { type FilterPlot, summaryPlots } from '../../core/browsing/plots.ts';
import type { Summary } from '../../core/browsing/summary.ts';
import type { BrowseFilter } from '../../core/browsing/view.ts';
import { plotSvg } from '../../core/metrics/report/svg.ts';
import { element } from '../element.ts';
import { counted, number } from './filterText.ts';

export class StatisticsView {
  readonly node = element('section', {
    id: 'statistics',
    class: 'statistics',
    attributes: { 'aria-label': 'Statistics' },
  });
  private plots: readonly FilterPlot[] = [];
  private shown = '';

  /** `onFilter` is told what a bar adds to the filter. */
  constructor(onFilter: (filter: BrowseFilter) => void, signal: AbortSignal) {
    this.node.addEventListener(
      'click',
      ({ target }) => {
        const bar = target instanceof Element ? target.closest<HTMLElement | SVGElement>('[data-bar]') : null;
        if (bar === null) return;
        const filter = this.plots[Number(bar.dataset.plot)]?.filters[Number(bar.dataset.bar)];
        if (filter !== undefined) onFilter(filter);
      },
      { signal },
    );
  }

  show(summary: Summary): void {
    const text = JSON.stringify(summary);
    if (text === this.shown) return;
    this.shown = text;
    const open = new Set([...this.node.querySelectorAll('details[open]')].map(({ id }) => id));
    const focused = document.activeElement?.id ?? '';
    this.plots = summaryPlots(summary);
    this.node.replaceChildren(
      element('p', { class: 'figures', text: figures(summary) }),
      element('div', { class: 'plots' }, ...this.plots.map((plot, index) => figure(plot, index))),
    );
    for (const details of this.node.querySelectorAll('details')) details.open = open.has(details.id);
    if (focused !== '' && this.node.querySelector(`#${CSS.escape(focused)}`) !== null)
      document.getElementById(focused)?.focus();
  }
}

function figures(summary: Summary): string {
  const masks = summary.areas.reduce((sum, count) => sum + count, 0);
  const share = (count: number): string =>
    summary.records === 0 ? '0 %' : `${Number(((100 * count) / summary.records).toFixed(1))} %`;
  return `${counted(summary.records, 'record')}; ${counted(masks, 'mask')} in the plot of sizes; ${share(summary.denying)} deny something; ${share(summary.withErrors)} have an error.`;
}

function figure({ plot }: FilterPlot, index: number): HTMLElement {
  const drawn = new DOMParser().parseFromString(plotSvg(plot), 'text/html').querySelector('svg');
  for (const [bar, node] of [...(drawn?.querySelectorAll<SVGElement>('.bar') ?? [])].entries()) {
    node.dataset.plot = String(index);
    node.dataset.bar = String(bar);
  }
  return element(
    'figure',
    {},
    element('figcaption', { text: plot.title }),
    drawn === null ? undefined : document.adoptNode(drawn),
    numbers(plot, index),
  );
}

function numbers({ title, xLabel, yLabel, bars }: FilterPlot['plot'], index: number): HTMLElement {
  const rows = bars.map(({ label, value }, bar) => {
    const link = element('button', {
      id: `bar-${index}-${bar}`,
      class: 'link',
      text: label,
      attributes: { type: 'button', 'data-plot': String(index), 'data-bar': String(bar) },
      title: 'Show only these records',
    });
    return element('tr', {}, element('td', {}, link), element('td', { text: number(value) }));
  });
  return element(
    'details',
    { id: `numbers-${index}` },
    element('summary', { text: `${title} as a table` }),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { text: xLabel, attributes: { scope: 'col' } }),
          element('th', { text: yLabel, attributes: { scope: 'col' } }),
        ),
      ),
      element('tbody', {}, ...rows),
    ),
  );
}
