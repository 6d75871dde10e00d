// The figures as they are gathered, each beside its aim, and the table at the end.
const rows = [];

/** Notes a figure; `aim` is the most it should be. Without one it is only shown. */
export function figure(name, value, unit, aim) {
  const shown = `${value < 10 ? Math.round(value * 100) / 100 : Math.round(value)} ${unit}`;
  rows.push({ name, shown, aim: aim === undefined ? "" : `≤ ${aim} ${unit}`, met: aim === undefined ? "" : value <= aim ? "ok" : "over" });
  process.stderr.write(`  ${name}: ${shown}\n`);
}

/** Columns that line up, Chinese characters being two wide. The bench fails when a figure is over its aim. */
export function print(title) {
  const wide = (text) => [...text].reduce((sum, sign) => sum + (sign >= "\u2e80" && sign <= "\uffef" ? 2 : 1), 0);
  const pad = (text, width) => text + " ".repeat(Math.max(0, width - wide(text)));
  const longest = Math.max(...rows.map((row) => wide(row.name)));
  console.log(`\n${title}\n`);
  for (const row of rows) console.log(`${pad(row.name, longest)}  ${row.shown.padStart(14)}  ${row.aim.padStart(14)}  ${row.met}`.trimEnd());
  const over = rows.filter((row) => row.met === "over").length;
  if (over > 0) process.exitCode = 1;
  console.log(`\n${rows.filter((row) => row.aim).length - over} ok, ${over} over their aim\n`);
}
