// Starts what a page needs; each module is one behaviour and finds its elements by itself.
import { start as bulk } from "./bulk.js";
import { start as combobox } from "./combobox.js";
import { start as copy } from "./copy.js";
import { start as counts } from "./counts.js";
import { start as depth } from "./depth.js";
import { start as dialog } from "./dialog.js";
import { start as explain } from "./explain.js";
import { start as exporting } from "./export.js";
import { start as filter } from "./filter.js";
import { start as finder } from "./finder.js";
import { start as findings } from "./findings.js";
import { start as folding } from "./folding.js";
import { start as folds } from "./folds.js";
import { start as gaps } from "./gaps.js";
import { start as kept } from "./kept.js";
import { start as keyboard } from "./keyboard.js";
import { start as lines } from "./lines.js";
import { start as links } from "./links.js";
import { start as live } from "./live.js";
import { start as notify } from "./notify.js";
import { start as overview } from "./overview.js";
import { start as palette } from "./palette.js";
import { start as pane } from "./pane.js";
import { start as parts } from "./parts.js";
import { start as places } from "./places.js";
import { start as preferences } from "./preferences.js";
import { start as preview } from "./preview.js";
import { start as search } from "./search.js";
import { start as selection } from "./selection.js";
import { start as sheets } from "./sheets.js";
import { connect } from "./socket.js";
import { start as status } from "./status.js";
import { start as tabs } from "./tabs.js";
import { start as themes } from "./themes.js";
import { start as times } from "./times.js";

// What explains a line takes the Escape key before the page does.
const all = [
  times, counts, copy, sheets, tabs, themes, status, pane, depth, lines, gaps, dialog, explain, findings, folds, exporting, search, combobox,
  overview, folding, selection, bulk, preferences, kept, places, notify, parts, preview, links, filter, finder, keyboard, palette, live,
];
for (const start of all) start();
connect();
