import Glibc
import LakeCore
import LakeFormats

/// Reads text files into columns and sums every column, as `Benchmarks/run` asks its peers to do,
/// and prints the time and the sums as one line of JSON.
///
///     LakeBenchmark json 'user varchar, timestamp bigint' FILE…   with a declared schema
///     LakeBenchmark json infer FILE…                              with the schema inferred first
///     LakeBenchmark read FILE                                     of Parquet
///
/// Or writes a Parquet file and reads it again:
///
///     LakeBenchmark parquet FILE ROWS [LEVEL [ROWS-IN-A-GROUP [zlib]]]
///
/// The time is that of the work alone, from opening the files to the last sum.
@main
struct Main {
  static func main() throws {
    // As the command does.
    Machine.keepFreedMemory()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.count >= 3, arguments[0] == "parquet" {
      return try timeParquet(arguments.dropFirst().map { $0 })
    }
    if arguments.count == 2, arguments[0] == "read" { return try readParquet(arguments[1]) }
    guard arguments.count >= 3, let format = TextFormat(rawValue: arguments[0]) else {
      print("usage: LakeBenchmark FORMAT SCHEMA|infer FILE…")
      exit(64)
    }
    let pool = try makePool()
    let clock = ContinuousClock()
    let start = clock.now
    let run = try ColumnSums(
      format: format, schema: arguments[1], paths: Array(arguments.dropFirst(2)), pool: pool)
    let seconds = (clock.now - start) / .seconds(1)
    print(run.json(seconds: seconds))
  }

  private static func readParquet(_ path: String) throws {
    let pool = try makePool()
    let clock = ContinuousClock()
    let start = clock.now
    let run = try ParquetSums(path: path, pool: pool)
    print(run.json(seconds: (clock.now - start) / .seconds(1)))
  }

  private static func makePool() throws -> ThreadPool {
    let threads = getenv("LAKE_BENCHMARK_THREADS").flatMap { Int(String(cString: $0)) }
    return try ThreadPool(threadCount: threads ?? Machine.current().coreCount)
  }

  private static func timeParquet(_ arguments: [String]) throws {
    var options = ParquetWriteOptions()
    if arguments.count > 2, let level = Int(arguments[2]) { options.level = level }
    if arguments.count > 3, let rows = Int(arguments[3]) { options.rowGroupRowsMax = rows }
    let run = try ParquetTimes(
      rows: Int(arguments[1]) ?? 4_000_000, path: arguments[0], options: options,
      libraries: CodecLibraries(useOptional: arguments.last != "zlib"), pool: try makePool())
    print(
      "{\"write\":\(run.writeSeconds),\"read\":\(run.readSeconds),\"bytes\":\(run.byteCount),"
        + "\"rows\":\(run.rowsRead)}")
  }
}
