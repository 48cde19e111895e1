import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("LocalFileSystem, reading")
struct LocalFileSystemReadTests {
  private let fileSystem = LocalFileSystem()
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func readsWhatIsThereAndNoMore() throws {
    let path = try directory.write("0123456789", to: "a")
    let file = try fileSystem.openForReading(path)
    #expect(file.path == path)
    #expect(try file.bytes(count: 4, at: 3) == Array("3456".utf8))
    #expect(try file.bytes(count: 100, at: 7) == Array("789".utf8))
    #expect(try file.bytes(count: 1, at: 10) == [])
    #expect(try file.bytes(count: 1, at: 1000) == [])
    #expect(try file.bytes(count: 0, at: 0) == [])
  }

  @Test func readsFilesThatDoNotKnowTheirSize() throws {
    let file = try fileSystem.openForReading("/proc/self/status")
    #expect(try file.status().size == 0)
    let text = String(decoding: try file.bytes(count: 1 << 16, at: 0), as: UTF8.self)
    #expect(text.hasPrefix("Name:"))
  }

  @Test func followsSymbolicLinksToFiles() throws {
    let path = try directory.write("x", to: "a")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: path)
    let link = directory.file("link")
    #expect(try fileSystem.openForReading(link).bytes(count: 9, at: 0) == Array("x".utf8))
    #expect(try fileSystem.status(of: link, followLinks: true)?.kind == .file)
    #expect(try fileSystem.status(of: link, followLinks: false)?.kind == .symbolicLink)
  }

  // MARK: What is not a file. None of these may block.

  @Test func aDirectoryIsRefused() throws {
    let error = #expect(throws: LakeError.self) {
      try fileSystem.openForReading(directory.path)
    }
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "cannot open: it is a directory, not a file")
    #expect(error?.hint == "Name the files in it, as in '\(directory.path)/*'.")
    #expect(error?.place?.path == directory.path)
  }

  /// In a process of its own, which ends itself should it ever wait for a writer.
  @Test func aNamedPipeIsRefused() async {
    await #expect(processExitsWith: .success) {
      alarm(30)
      let directory = try TemporaryDirectory()
      let path = directory.file("pipe")
      #expect(mkfifo(path, 0o600) == 0)
      let error = #expect(throws: LakeError.self) { try LocalFileSystem().openForReading(path) }
      #expect(error?.code == .invalidInput)
      #expect(error?.message == "cannot open: it is a named pipe, not a file")
      #expect(error?.hint == "Read it through standard input: - < '\(path)'.")
      #expect(try LocalFileSystem().status(of: path, followLinks: true)?.kind == .fifo)
    }
  }

  @Test func aDeviceIsRefused() throws {
    for path in ["/dev/zero", "/dev/null", "/dev/stdin"] {
      let error = #expect(throws: LakeError.self) { try fileSystem.openForReading(path) }
      #expect(error?.code == .invalidInput)
    }
    #expect(try fileSystem.status(of: "/dev/zero", followLinks: true)?.kind == .device)
  }

  @Test func aSocketIsRefused() throws {
    let path = directory.file("s")
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    try #require(result == 0)
    let error = #expect(throws: LakeError.self) { try fileSystem.openForReading(path) }
    #expect(error?.message == "cannot open: it is a socket, not a file")
  }

  // MARK: Paths that lead nowhere

  @Test func aMissingFileIsNotFound() throws {
    let path = directory.file("none")
    let error = #expect(throws: LakeError.self) { try fileSystem.openForReading(path) }
    #expect(error?.code == .notFound)
    #expect(error?.systemErrorNumber == ENOENT)
    #expect(
      error.map(String.init(describing:))
        == "\(path): cannot open: there is no such file or directory "
        + "(Check the spelling of the path.)")
    #expect(try fileSystem.status(of: path, followLinks: true) == nil)
    #expect(try fileSystem.status(of: path + "/below", followLinks: true) == nil)
  }

  /// In a process of its own, which gives up the superuser's rights: he may read everything.
  @Test func aFileWithoutPermissionSaysSo() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try directory.write("x", to: "secret")
      chmod(path, 0)
      if geteuid() == 0 { try #require(chown(directory.path, 65534, 65534) == 0) }
      if geteuid() == 0 { try #require(seteuid(65534) == 0) }
      let error = #expect(throws: LakeError.self) { try LocalFileSystem().openForReading(path) }
      #expect(error?.code == .permissionDenied)
      #expect(error?.message == "cannot open: permission denied")
    }
  }

  @Test func aCircleOfLinksIsRefused() throws {
    let path = directory.file("a")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    let error = #expect(throws: LakeError.self) { try fileSystem.openForReading(path) }
    #expect(error?.message == "cannot open: its symbolic links lead in a circle")
  }

  @Test func aZeroByteInAPathIsRefused() throws {
    let path = try directory.write("x", to: "a")
    let error = #expect(throws: LakeError.self) { try fileSystem.openForReading(path + "\0b") }
    #expect(error?.code == .invalidInput)
    #expect(throws: LakeError.self) { try fileSystem.list(directory.path + "\0") }
  }

  // MARK: Directories

  @Test func namesAreListedInByteOrder() throws {
    let names = ["b", "a", "é", "Z", "a.b", "with space", "new\nline", "日"]
    for name in names { try directory.write("", to: name) }
    #expect(
      try fileSystem.list(directory.path)
        == ["Z", "a", "a.b", "b", "new\nline", "with space", "é", "日"])
  }

  @Test func aNameThatIsNotUTF8IsReportedAndNotSkipped() throws {
    let bytes: [CChar] =
      "\(directory.path)/bad".utf8CString.dropLast() + [CChar(bitPattern: 0xFF), 0]
    let descriptor = open(bytes, O_CREAT | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    close(descriptor)
    let error = #expect(throws: LakeError.self) { try fileSystem.list(directory.path) }
    #expect(error?.code == .unsupported)
    #expect(error?.message == "holds a name that is not UTF-8: bad\u{FFFD}")
  }

  @Test func statusTellsSizeAndTimes() throws {
    let before = Int(Date().timeIntervalSince1970 * 1e9) - 1_000_000_000
    let path = try directory.write("12345", to: "a")
    let status = try #require(try fileSystem.status(of: path, followLinks: true))
    #expect(status.size == 5)
    #expect(status.modified > before && status.changed > before)
    #expect(status == (try fileSystem.openForReading(path).status()))
    let other = try directory.write("12345", to: "b")
    #expect(try fileSystem.status(of: other, followLinks: true)?.inode != status.inode)
  }
}
