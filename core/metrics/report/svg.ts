/** Draws plots as SVG that stands inside a page: no script, no font of its own, colours from the page. */
import { escapeMarkup } from './escape.ts';
import type { BarPlot, CurvePlot, Plot } from './model.ts';

const [INNER_WIDTH, INNER_HEIGHT] = [456, 184];
/** Room for axes and their labels; more below where these stand aslant. */
const [LEFT, RIGHT, TOP, BOTTOM, BOTTOM_ASLANT] = [52, 12, 12, 42, 76];
const WIDTH = LEFT + INNER_WIDTH + RIGHT;
const GRID = [0, 0.25, 0.5, 0.75, 1];
/** Labels with more characters are cut off and stand aslant. */
const [LONG, LONGEST] = [9, 16];
/** Of a bar, where there are few. */
const WIDEST = 64;

/** One plot; a reader that cannot see it gets its title. */
export function plotSvg(plot: Plot): string {
  const inner = plot.kind === 'bars' ? bars(plot) : curve(plot);
  const title = escapeMarkup(plot.title);
  const height = TOP + INNER_HEIGHT + (isAslant(plot) ? BOTTOM_ASLANT : BOTTOM);
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}"><title>${title}</title>${inner}${axisNames(plot, height)}</svg>`;
}

function bars(plot: BarPlot): string {
  const most = Math.max(1, ...plot.bars.map(({ value }) => value));
  // Counts end at a number whose quarters are whole.
  const top = plot.measure === 'share' ? 1 : 4 * Math.ceil(most / 4);
  const step = INNER_WIDTH / Math.max(1, plot.bars.length);
  const aslant = isAslant(plot);
  const drawn = plot.bars.map(({ label, value, of }, i) => {
    const height = (value / top) * INNER_HEIGHT;
    const x = LEFT + i * step;
    const width = Math.min(step * 0.8, WIDEST);
    const said = escapeMarkup(
      plot.measure === 'share' ? `${label}: ${(value * 100).toFixed(1)} % of ${of ?? 0}` : `${label}: ${value}`,
    );
    const middle = x + step / 2;
    const base = TOP + INNER_HEIGHT + 14;
    const turned = aslant
      ? ` transform="rotate(-30 ${num(middle)} ${base})" text-anchor="end"`
      : ' text-anchor="middle"';
    return (
      `<rect class="bar" x="${num(x + (step - width) / 2)}" y="${num(TOP + INNER_HEIGHT - height)}" width="${num(width)}" height="${num(height)}"><title>${said}</title></rect>` +
      `<text x="${num(middle)}" y="${base}"${turned}>${escapeMarkup(cut(label))}</text>`
    );
  });
  return (
    grid(plot.measure === 'share' ? (share) => `${share * 100} %` : (share) => String(share * top)) + drawn.join('')
  );
}

function curve(plot: CurvePlot): string {
  const at = ([x, y]: readonly [number, number]) =>
    `${num(LEFT + x * INNER_WIDTH)},${num(TOP + (1 - y) * INNER_HEIGHT)}`;
  const ticks = GRID.map(
    (x) => `<text x="${num(LEFT + x * INNER_WIDTH)}" y="${TOP + INNER_HEIGHT + 14}" text-anchor="middle">${x}</text>`,
  );
  return `${grid(String)}${ticks.join('')}<polyline class="line" points="${plot.points.map(at).join(' ')}"/>`;
}

function grid(labelOf: (share: number) => string): string {
  return GRID.map((share) => {
    const y = num(TOP + (1 - share) * INNER_HEIGHT);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y}" dy="0.35em" text-anchor="end">${labelOf(share)}</text>`;
  }).join('');
}

/** Whether the labels of bars need more room than there is side by side. */
function isAslant(plot: Plot): boolean {
  return plot.kind === 'bars' && plot.bars.some(({ label }) => label.length > LONG);
}

function axisNames({ xLabel, yLabel }: Plot, height: number): string {
  const middle = TOP + INNER_HEIGHT / 2;
  return (
    `<text class="axis" x="${LEFT + INNER_WIDTH / 2}" y="${height - 6}" text-anchor="middle">${escapeMarkup(xLabel)}</text>` +
    `<text class="axis" x="12" y="${middle}" transform="rotate(-90 12 ${middle})" text-anchor="middle">${escapeMarkup(yLabel)}</text>`
  );
}

function cut(label: string): string {
  const letters = [...label];
  return letters.length <= LONGEST ? label : `${letters.slice(0, LONGEST - 1).join('')}…`;
}

/** Tenths of a pixel. */
function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}
