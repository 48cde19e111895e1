import Glibc
import LakeCore
import LakeFormats

/// Reads text files into columns and sums every column, as `Benchmarks/run` asks its peers to do,
/// and prints the time and the sums as one line of JSON.
///
///     LakeBenchmark json 'user varchar, timestamp bigint' FILE…   with a declared schema
///     LakeBenchmark json infer FILE…                              with the schema inferred first
///
/// The time is that of the work alone, from opening the files to the last sum.
@main
struct Main {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 3, let format = TextFormat(rawValue: arguments[0]) else {
      print("usage: LakeBenchmark FORMAT SCHEMA|infer FILE…")
      exit(64)
    }
    let threads = getenv("LAKE_BENCHMARK_THREADS").flatMap { Int(String(cString: $0)) }
    let pool = try ThreadPool(threadCount: threads ?? Machine.current().coreCount)
    let clock = ContinuousClock()
    let start = clock.now
    let run = try ColumnSums(
      format: format, schema: arguments[1], paths: Array(arguments.dropFirst(2)), pool: pool)
    let seconds = (clock.now - start) / .seconds(1)
    print(run.json(seconds: seconds))
  }
}
