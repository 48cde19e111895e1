import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("LocalFileSystem, writing")
struct LocalFileSystemWriteTests {
  private let fileSystem = LocalFileSystem()
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func whatIsWrittenIsThere() throws {
    let file = try fileSystem.create(directory.file("a"))
    try file.write(text: "one ")
    try file.write(text: "")
    try file.write(text: "two")
    try file.sync()
    try file.close()
    #expect(try directory.read("a") == Array("one two".utf8))
  }

  /// In a process of its own, since the umask belongs to the whole process.
  @Test func filesAndDirectoriesOfPeoplesDataAreClosedToOthers() async {
    await #expect(processExitsWith: .success) {
      umask(0)
      let fileSystem = LocalFileSystem()
      let directory = try TemporaryDirectory()
      _ = try fileSystem.create(directory.file("file"))
      try fileSystem.makeDirectory(directory.file("directory"))
      umask(0o077)
      _ = try fileSystem.create(directory.file("private"))
      func mode(_ name: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory.file(name))
        return attributes?[.posixPermissions] as? Int
      }
      #expect(mode("file") == 0o640)
      #expect(mode("directory") == 0o750)
      #expect(mode("private") == 0o600)
    }
  }

  @Test func anExistingFileIsNeverOpenedForCreation() throws {
    let path = try directory.write("old", to: "a")
    let error = #expect(throws: LakeError.self) { try fileSystem.create(path) }
    #expect(error?.code == .alreadyExists)
    #expect(try directory.read("a") == Array("old".utf8))
  }

  @Test func aLinkIsNotFollowedAtCreation() throws {
    let target = directory.file("target")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: target)
    let error = #expect(throws: LakeError.self) { try fileSystem.create(directory.file("link")) }
    #expect(error?.code == .alreadyExists)
    #expect(try fileSystem.status(of: target, followLinks: true) == nil)
  }

  @Test func aFullDeviceIsToldAsOne() throws {
    // Files may not be devices, but streams may, and this one is always full.
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    let output = StandardOutput(descriptor: descriptor)
    let error = #expect(throws: LakeError.self) {
      try output.write("x")
      try output.commit()
    }
    #expect(error?.code == .io)
    #expect(error?.message == "cannot write: the disk is full")
    #expect(error?.hint == "Free some space and try again.")
  }

  @Test func aDirectoryIsMadeOnce() throws {
    let path = directory.file("d")
    try fileSystem.makeDirectory(path)
    let error = #expect(throws: LakeError.self) { try fileSystem.makeDirectory(path) }
    #expect(error?.code == .alreadyExists)
  }

  @Test func missingDirectoriesAreMadeOnTheWay() throws {
    let path = directory.file("a/b/c")
    try fileSystem.makeDirectories(path)
    try fileSystem.makeDirectories(path)
    #expect(try fileSystem.status(of: path, followLinks: false)?.kind == .directory)
    try directory.write("x", to: "file")
    let error = #expect(throws: LakeError.self) {
      try fileSystem.makeDirectories(directory.file("file"))
    }
    #expect(error?.code == .alreadyExists)
    #expect(throws: LakeError.self) {
      try fileSystem.makeDirectories(directory.file("file/below"))
    }
  }

  @Test func aDirectoryThatHoldsSomethingIsNotRemoved() throws {
    try directory.write("x", to: "d/a")
    let error = #expect(throws: LakeError.self) {
      try fileSystem.removeDirectory(directory.file("d"))
    }
    #expect(error?.code == .conflict)
    try fileSystem.removeFile(directory.file("d/a"))
    try fileSystem.removeDirectory(directory.file("d"))
    #expect(try fileSystem.list(directory.path) == [])
  }

  @Test func renamingReplaces() throws {
    try directory.write("new", to: "a")
    try directory.write("old", to: "b")
    try fileSystem.rename(directory.file("a"), to: directory.file("b"))
    #expect(try directory.read("b") == Array("new".utf8))
    #expect(try fileSystem.list(directory.path) == ["b"])
    let error = #expect(throws: LakeError.self) {
      try fileSystem.rename(directory.file("none"), to: directory.file("b"))
    }
    #expect(error?.code == .notFound)
  }

  @Test func linkingPutsOnlyWhereNothingIs() throws {
    try directory.write("1", to: "a")
    try directory.write("2", to: "b")
    try fileSystem.link(directory.file("a"), to: directory.file("c"))
    #expect(try directory.read("c") == Array("1".utf8))
    let error = #expect(throws: LakeError.self) {
      try fileSystem.link(directory.file("b"), to: directory.file("c"))
    }
    #expect(error?.code == .alreadyExists)
    #expect(try directory.read("c") == Array("1".utf8))
  }

  @Test func directoriesAreExchangedInOneStep() throws {
    try directory.write("old", to: "a/x")
    try directory.write("new", to: "b/x")
    try fileSystem.exchange(directory.file("a"), with: directory.file("b"))
    #expect(try directory.read("a/x") == Array("new".utf8))
    #expect(try directory.read("b/x") == Array("old".utf8))
    let error = #expect(throws: LakeError.self) {
      try fileSystem.exchange(directory.file("a"), with: directory.file("none"))
    }
    #expect(error?.code == .notFound)
  }

  @Test func aFileWithoutANameIsNowhereToBeSeen() throws {
    let file = try fileSystem.createUnnamed(in: directory.path)
    try file.write(text: "spilled")
    #expect(try file.bytes(count: 100, at: 2) == Array("illed".utf8))
    #expect(try fileSystem.list(directory.path) == [])
    #expect(throws: LakeError.self) { try fileSystem.createUnnamed(in: directory.file("none")) }
  }

  @Test func aDirectoryIsMadeDurableAndAFileIsNotOne() throws {
    try fileSystem.syncDirectory(directory.path)
    let path = try directory.write("x", to: "a")
    let error = #expect(throws: LakeError.self) { try fileSystem.syncDirectory(path) }
    #expect(error?.code == .notFound)
  }

  @Test func pathsAreResolved() throws {
    let path = try directory.write("x", to: "d/a")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: "d")
    let real = try fileSystem.resolve(path)
    #expect(try fileSystem.resolve(directory.file("link/../link/./a")) == real)
    #expect(throws: LakeError.self) { try fileSystem.resolve(directory.file("none")) }
  }

  @Test func closingTwiceIsABug() async {
    await #expect(processExitsWith: .failure) {
      let directory = try TemporaryDirectory()
      let file = try LocalFileSystem().create(directory.file("a"))
      try file.close()
      try file.close()
    }
  }
}

extension WritableFile {
  fileprivate func write(text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try write($0) }
  }
}
