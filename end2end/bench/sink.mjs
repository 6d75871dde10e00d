// A mail server that takes everything and keeps nothing, in a process of its own. It tells its parent the port, and when
// asked how many mails it took and how large the last one was.
import { createServer } from "node:net";

let taken = 0;
let bytes = 0;

const END = Buffer.from("\r\n.\r\n");

function talk(socket) {
  socket.setNoDelay(true);
  let body = false;
  let kept = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    for (;;) {
      const end = kept.indexOf(body ? END : "\r\n");
      if (end < 0) return;
      const line = kept.subarray(0, end);
      kept = kept.subarray(end + (body ? END.length : 2));
      if (body) {
        taken += 1;
        bytes = line.length;
        body = false;
        socket.write("250 2.0.0 taken\r\n");
      } else {
        body = answer(socket, line.toString("latin1").slice(0, 4).toUpperCase());
      }
    }
  });
  socket.write("220 sink.example ESMTP\r\n");
}

/** Answers a command; true when the body comes next. */
function answer(socket, verb) {
  if (verb === "DATA") socket.write("354 go on\r\n");
  else if (verb === "QUIT") socket.end("221 bye\r\n");
  else if (verb === "EHLO") socket.write("250-sink.example\r\n250 8BITMIME\r\n");
  else socket.write("250 fine\r\n");
  return verb === "DATA";
}

const server = createServer(talk).listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", () => process.send({ taken, bytes }));
