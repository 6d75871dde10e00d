// nginx with the very bytes of a page, as the measure of what this machine can do.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { freePort, start } from "./machine.mjs";

/** Starts it with one worker; returns it with the address of the page. */
export async function nginxWith(html, data) {
  const folder = path.join(data, "nginx");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "page.html"), html);
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  writeFileSync(
    path.join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit; events {}
     http { access_log off; types { text/html html; } ${temporary} server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  );
  const url = `http://127.0.0.1:${port}/page.html`;
  return { url, ...(await start(["nginx", "-e", "stderr", "-c", path.join(folder, "nginx.conf")], url)) };
}
