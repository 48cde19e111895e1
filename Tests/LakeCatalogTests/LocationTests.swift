import LakeCatalog
import LakeCore
import LakeTestSupport
import Testing

@Suite struct LocationTests {
  @Test(arguments: [
    ("s3://b/customer/landing/", "landing.customer", "lake/landing/customer"),
    ("s3://b/landing/customer", "landing.customer", "lake/landing/customer"),
    ("s3://b/landing/customer/", "landing.customer", "lake/landing/customer"),
    (
      "S3A://my-bucket//step_trainer/Landing//", "landing.step_trainer", "lake/landing/step_trainer"
    ),
    ("s3://landing/curated/x", "curated.x", "lake/curated/x"),
    ("s3://b/proj/customer/trusted/", "trusted.proj_customer", "lake/trusted/proj/customer"),
    ("s3://b/landing/a%20b", "landing.a b", "lake/landing/a b"),
  ])
  func locationOfS3IsMapped(location: String, table: String, path: String) throws {
    let mapped = try TableLocation(s3: location)
    #expect(mapped.table.description == table)
    #expect(mapped.path == path)
  }

  @Test(arguments: [
    "s3://b/customer/", "s3://landing/", "s3://b/landing/", "s3://b/landing/trusted/x",
    "s3://b/customer_landing/", "https://b/landing/x", "/landing/x", "",
  ])
  func otherLocationIsRefusedWithTheRule(location: String) {
    let error = #expect(throws: LakeError.self) { try TableLocation(s3: location) }
    #expect(error?.hint?.contains("landing.customer") == true)
  }

  private static let hostile = [
    "..", "../x", "a/../../b", "a/%2e%2e/b", "a/..%2fb", "a/%252e%252e/b", "a/%25252e%25252e/b",
    "a\u{0}b", "a/.%2e", "./a", "a\\..\\b", "/etc/passwd", "file:///etc/passwd",
    "http://x/a",
  ]

  @Test(arguments: hostile)
  func pathThatLeadsOutIsRefused(path: String) throws {
    #expect(throws: LakeError.self) { try PathSafety.components(of: path) }
    let test = try TestWorkspace()
    #expect(throws: LakeError.self) {
      try TableLocation.resolve(path, in: test.workspace, LocalFileSystem())
    }
    if !path.hasPrefix("/"), !path.contains("://") {
      #expect(throws: LakeError.self) { try TableLocation(s3: "s3://b/landing/\(path)") }
    }
  }

  @Test(arguments: ["a", "a/b", "a%20b", "a..b", "...", "100%", "a=b/c=d", "ä/é"])
  func plainPathIsTaken(path: String) throws {
    #expect(try PathSafety.components(of: path).joined(separator: "/") == path)
  }

  @Test func siblingWithTheSamePrefixIsOutside() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "lake/a")
    try directory.write("", to: "lake-other/b")
    let files = LocalFileSystem()
    let root = directory.file("lake")
    #expect(
      try PathSafety.resolve(directory.file("lake/a"), inside: root, in: files)
        == directory.file("lake/a"))
    #expect(
      try PathSafety.resolve(directory.file("lake/new/file"), inside: root, in: files)
        == directory.file("lake/new/file"))
    #expect(throws: LakeError.self) {
      try PathSafety.resolve(directory.file("lake-other/b"), inside: root, in: files)
    }
    #expect(!PathSafety.isInside("/a/bc", "/a/b"))
    #expect(PathSafety.isInside("/a/b/c", "/a/b/"))
  }

  @Test func linkThatLeadsOutIsRefused() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "outside/b")
    try directory.write("", to: "lake/a")
    let link = try ShellCommand(
      "ln -s ../outside lake/link", in: directory.path, environment: ["PATH": "/usr/bin:/bin"]
    ).run()
    #expect(link.exitCode == 0)
    for path in ["lake/link/b", "lake/link", "lake/link/new"] {
      #expect(throws: LakeError.self) {
        try PathSafety.resolve(
          directory.file(path), inside: directory.file("lake"), in: LocalFileSystem())
      }
    }
  }
}
