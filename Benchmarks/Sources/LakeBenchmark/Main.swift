import Glibc
import LakeCore
import LakeFormats

@main
struct Main {
  static func main() throws {
    let paths = Array(CommandLine.arguments.dropFirst(2))
    let mode = CommandLine.arguments[1]
    let fs = LocalFileSystem()
    let files = try paths.map { try TextFile.open($0, in: fs, libraries: CodecLibraries()) }
    let pool = try ThreadPool(threadCount: 2)
    let schema = Schema([
      Field("user", .varchar), Field("timestamp", .bigint), Field("x", .double),
      Field("y", .double), Field("z", .double),
    ])
    var scan = TextScan(files: files)
    scan.sizes.target = Int(getenv("CHUNK").map { String(cString: $0) } ?? "") ?? 1 << 20
    for _ in 0..<3 {
      var t0 = timespec()
      clock_gettime(CLOCK_MONOTONIC, &t0)
      if mode == "read" {
        var rows = 0
        let s = try scan.run(
          on: pool, makeDecoder: { try JSONReader.makeDecoder(schema: schema) },
          transform: { (b: Batch) -> Int in b.rowCount }, consume: { rows += $0 },
          reject: { print($0) })
        print(rows, s[0].recordCount)
      } else {
        let r = try JSONReader.infer(scan, on: pool)
        print(r)
      }
      var t1 = timespec()
      clock_gettime(CLOCK_MONOTONIC, &t1)
      print(Double(t1.tv_sec - t0.tv_sec) + Double(t1.tv_nsec - t0.tv_nsec) / 1e9)
    }
  }
}
