// The board a signature is drawn on. Without this script, or by keyboard, the typed name and the ticks are enough.
// Strokes are kept in the board's own units, so that they look alike on every screen and in print.

const board = document.querySelector("[data-board]");
const canvas = board?.querySelector("canvas");
const kept = board && document.getElementById(board.dataset.board);
const pen = canvas?.getContext("2d");
const MOST_POINTS = 4000;

if (board && kept && pen) {
  let strokes = read(kept.value);
  let stroke = null;
  board.hidden = false;
  draw();

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    strokes.push(stroke);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || strokes.flat().length >= MOST_POINTS) return;
    const [x, y] = point(event);
    const [before_x, before_y] = stroke[stroke.length - 1];
    if (Math.hypot(x - before_x, y - before_y) < 3) return;
    stroke.push([x, y]);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      stroke = null;
      kept.value = strokes.length ? JSON.stringify(strokes) : "";
    });
  }
  board.querySelector("button").addEventListener("click", () => {
    strokes = [];
    kept.value = "";
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), 1) * most);
    return [
      within((event.clientX - box.left) / box.width, canvas.width),
      within((event.clientY - box.top) / box.height, canvas.height),
    ];
  }

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 6;
    pen.lineCap = pen.lineJoin = "round";
    for (const points of strokes) {
      pen.beginPath();
      pen.moveTo(...points[0]);
      for (const [x, y] of points.slice(1)) pen.lineTo(x, y);
      if (points.length === 1) pen.lineTo(points[0][0] + 1, points[0][1]);
      pen.stroke();
    }
  }
}

function read(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}
