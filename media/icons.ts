/** The page's icons, drawn on a 16 × 16 grid in the current text colour. */

const shapes = {
  draft: [
    'M6.5 2.5 7.8 6l3.5 1.3-3.5 1.3-1.3 3.5-1.3-3.5L1.7 7.3 5.2 6z',
    'M12.2 9.8l.6 1.6 1.6.6-1.6.6-.6 1.6-.6-1.6-1.6-.6 1.6-.6z',
    'M12 1.8v3M10.5 3.3h3',
  ],
  accept: ['M3 8.5l3.3 3.3L13 4.8'],
  reject: ['M4 4l8 8M12 4l-8 8'],
  error: ['M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z', 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4'],
  warning: ['M8 2.2 14.3 13.5H1.7z', 'M8 6.4v3.4M8 11.4v.7'],
  zoomIn: ['M8 3.5v9M3.5 8h9'],
  zoomOut: ['M3.5 8h9'],
  fit: ['M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10'],
  outlines: [
    'M3 9.2C2.2 5.6 4.6 2.6 8 3.1c1.6.2 2 1.2 3.4 1.5 1.9.5 2.4 3 1.4 5.2-1 2.4-3.4 3.6-5.8 3.1-2.2-.4-3.6-1.7-4-3.7z',
  ],
  numbers: ['M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z', 'M6.7 6.1 8.3 5v6'],
  opacity: ['M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z', 'M8 2v12M8 5h4.8M8 8h6M8 11h4.8'],
  noPicture: ['M2 3.5h12v9H2z', 'M2.5 11l3.2-3.5 2.4 2.4 2-1.9 3.4 3.4', 'M1.5 1.5l13 13'],
} as const;

export type IconName = keyof typeof shapes;

const svg = 'http://www.w3.org/2000/svg';

/** Hidden from screen readers: the button or text beside it carries the name. */
export function icon(name: IconName): SVGElement {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('class', 'icon');
  picture.setAttribute('aria-hidden', 'true');
  for (const shape of shapes[name]) {
    const path = document.createElementNS(svg, 'path');
    path.setAttribute('d', shape);
    picture.append(path);
  }
  return picture;
}
