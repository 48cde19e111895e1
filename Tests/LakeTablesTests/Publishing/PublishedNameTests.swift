import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// Which names the files of a table have in its published directory.
@Suite("Names in published directories")
struct PublishedNameTests {
  private let lake: SimulatedLake

  init() throws {
    lake = try SimulatedLake()
    _ = try lake.overwrite(MarkedRows("a", 0..<2))
    _ = try lake.write(MarkedRows("b", 2..<4)) { _ in .append }
  }

  private func names() throws -> [String] { try lake.disk.list(SimulatedLake.published) }

  private func replaceFirstFile() throws {
    _ = try lake.write(MarkedRows("c", 0..<1)) { .rewrite([$0.files[0].path]) }
  }

  /// A reader that listed the directory of before finds none of its names in the new one, or all.
  @Test func aFileThatStaysWhileOthersGoGetsAnotherName() throws {
    let before = try names()
    #expect(before == ["part-00000-v000000.gz.parquet", "part-00000-v000001.gz.parquet"])
    try replaceFirstFile()
    #expect(
      try names() == ["part-00000-v000001-g000002.gz.parquet", "part-00000-v000002.gz.parquet"])
    #expect(try lake.table().publishedDirectoryState() == .current)
  }

  @Test func namesStayWhereAllFilesStay() throws {
    try replaceFirstFile()
    let before = try names()
    _ = try lake.write(MarkedRows("d", 7..<8)) { _ in .append }
    #expect(try names() == before + ["part-00000-v000003.gz.parquet"])
    #expect(try lake.table().publishedDirectoryState() == .current)
  }

  /// The names of an old version are not those under which it was published once.
  @Test func whatComesBackComesUnderANewName() throws {
    try replaceFirstFile()
    let table = try lake.table()
    _ = try table.restore(to: try table.snapshot(version: 1), PublishRequest())
    #expect(
      try names() == [
        "part-00000-v000000-g000003.gz.parquet", "part-00000-v000001-g000003.gz.parquet",
      ])
    #expect(try lake.table().publishedDirectoryState() == .current)
  }

  @Test func filesOfOtherProgramsAreNamedAlike() throws {
    let entry = """
      {"add":{"path":"part-0-abc-c000.snappy.parquet","partitionValues":{},"size":2,\
      "modificationTime":1,"dataChange":true,"stats":"{\\"numRecords\\":1}"}}
      """
    for (text, path) in [
      ("x\n", "part-0-abc-c000.snappy.parquet"), (entry, "_delta_log/00000000000000000002.json"),
    ] {
      let file = try lake.disk.create(SimulatedLake.root + "/" + path)
      try file.write(text)
      try file.close()
    }
    try lake.table().recover()
    #expect(try names().first == "part-0-abc-c000-g000002.snappy.parquet")
    #expect(try lake.table().publishedDirectoryState() == .current)
    _ = try lake.overwrite(MarkedRows("e", 0..<1))
    #expect(try names() == ["part-00000-v000003.gz.parquet"])
    let superseded = SimulatedLake.root + "/_trash"
    #expect(try lake.disk.status(of: superseded, followLinks: false) == nil)
  }

  @Test func whatSomebodyElsePutsThereIsNoticed() throws {
    try replaceFirstFile()
    let names = try names()
    let (known, twice) = ("\(SimulatedLake.published)/\(names[0])", "part-00000-v000001.gz.parquet")
    try lake.disk.link(known, to: "\(SimulatedLake.published)/\(twice)")
    #expect(try lake.table().publishedDirectoryState() == .lagging)
    try lake.table().recover()
    #expect(try lake.table().publishedDirectoryState() == .current)
  }
}
