declare module "*.css";

declare module "jsfeat" {
  export interface Rectangle {
    x: number;
    y: number;
    width: number;
    height: number;
    neighbors: number;
    confidence: number;
  }
  interface Matrix {
    data: Uint8Array;
  }
  type Sums = Int32Array | Float64Array;
  const jsfeat: {
    U8_t: number;
    C1_t: number;
    matrix_t: new (columns: number, rows: number, type: number) => Matrix;
    imgproc: { compute_integral_image(source: Matrix, sum: Sums, squares: Sums, tilted: Sums): void };
    haar: {
      frontalface: unknown;
      detect_multi_scale(
        sum: Sums, squares: Sums, tilted: Sums, edges: null, width: number, height: number, cascade: unknown,
        factor: number, smallest: number,
      ): Rectangle[];
      group_rectangles(found: Rectangle[], neighbours: number): Rectangle[];
    };
  };
  export default jsfeat;
}

declare module "jsfeat/cascades/frontalface.js";
