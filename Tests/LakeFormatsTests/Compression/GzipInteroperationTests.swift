import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Against the implementations that people have.
@Suite("Gzip interoperation")
struct GzipInteroperationTests {
  private func run(_ command: String, in directory: TemporaryDirectory) throws {
    let result = try ShellCommand(
      command, in: directory.path, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
    ).run()
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  private func read(_ path: String, _ codecs: Codecs) throws -> ([UInt8], LakeError?) {
    let file = try LocalFileSystem().openForReading(path)
    let size = try file.status().size
    return try drain(
      try GzipFile.open(file, size: size, libraries: codecs.libraries), step: 50_000)
  }

  @Test(arguments: Codecs.allCases, [1, 6, 9])
  func filesOfGzipItselfAreRead(_ codecs: Codecs, level: Int) throws {
    let directory = try TemporaryDirectory()
    let text = sampleText(byteCount: 300_000)
    try directory.write(text, to: "a.csv")
    // One with the name in its header, one without, one of both together.
    try run("gzip -\(level) -k a.csv && gzip -\(level) -n < a.csv > b.gz", in: directory)
    try run("cat a.csv.gz b.gz > c.gz", in: directory)
    #expect(try read(directory.file("a.csv.gz"), codecs) == (text, nil))
    #expect(try read(directory.file("b.gz"), codecs) == (text, nil))
    #expect(try read(directory.file("c.gz"), codecs) == (text + text, nil))
  }

  @Test(arguments: Codecs.allCases)
  func filesOfPythonAreRead(_ codecs: Codecs) throws {
    let directory = try TemporaryDirectory()
    let text = sampleText(byteCount: 300_000)
    try directory.write(text, to: "a")
    try run(
      """
      python3 -c '
      import gzip
      data = open("a", "rb").read()
      with gzip.open("p.gz", "wb", compresslevel=3) as f: f.write(data)
      with gzip.open("p.gz", "ab") as f: f.write(b"tail")
      '
      """, in: directory)
    #expect(try read(directory.file("p.gz"), codecs) == (text + Array("tail".utf8), nil))
  }

  @Test(arguments: Codecs.allCases, [1, 6, 9])
  func blocksWrittenInARowAreAFileThatOthersRead(_ codecs: Codecs, level: Int) throws {
    let directory = try TemporaryDirectory()
    let parts = [sampleText(byteCount: 100_000), [], sampleText(byteCount: 5, seed: 9)]
    try directory.write(
      try parts.flatMap { try $0.gzipped(codecs, level: level) }, to: "w.gz")
    try run("gzip -t w.gz && gzip -dc w.gz > system", in: directory)
    try run(
      #"python3 -c 'import gzip; open("python", "wb").write(gzip.open("w.gz").read())'"#,
      in: directory)
    #expect(try directory.read("system") == parts.flatMap { $0 })
    #expect(try directory.read("python") == parts.flatMap { $0 })
  }

  private static let bomb = Repository.path("../shared/data/hostile/zeros100MB.json.gz")

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: bomb),
      "skipped: ../shared/data/hostile/zeros100MB.json.gz is not there"),
    arguments: Codecs.allCases)
  func bombIsReadInConstantMemory(_ codecs: Codecs) throws {
    let file = try LocalFileSystem().openForReading(GzipInteroperationTests.bomb)
    let tracker = MemoryTracker(name: "test", limit: 1 << 20)
    let source = try GzipFile.open(
      file, size: try file.status().size, libraries: codecs.libraries, tracker: tracker)
    let piece = try Buffer(byteCount: 256 << 10)
    var total = 0
    while case let count = try source.read(into: piece.base, count: piece.byteCount), count > 0 {
      total += count
    }
    #expect(total >= 100_000_000)
    #expect(tracker.peak <= 1 << 20)
  }
}

private func == (a: ([UInt8], LakeError?), b: ([UInt8], LakeError?)) -> Bool {
  a.0 == b.0 && a.1?.message == b.1?.message
}
