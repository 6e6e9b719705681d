import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
const [out, h, ...files] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: "/usr/bin/chromium" });
const p = await b.newPage({ viewport: { width: 1560, height: +h } });
await p.setContent(`<body style="margin:0;display:flex;gap:6px;background:#a5c;align-items:flex-start">${files.map((f) => `<img style="width:${(1560-6*files.length)/files.length}px" src="data:image/png;base64,${readFileSync(f).toString("base64")}">`).join("")}`);
await p.screenshot({ path: out });
await b.close();
