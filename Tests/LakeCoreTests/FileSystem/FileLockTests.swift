import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("Locks")
struct FileLockTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("lock")
  }

  @Test func aLockExcludesOthersUntilItIsReleased() throws {
    let files = LocalFileSystem()
    let lock = try files.lock(path, waitingMilliseconds: 0)
    #expect(lock.path == path)
    let error = #expect(throws: LakeError.self) { try files.lock(path, waitingMilliseconds: 5) }
    #expect(error?.code == .conflict)
    #expect(error?.message == "process \(getpid()) holds the lock")
    lock.release()
    lock.release()
    _ = try files.lock(path, waitingMilliseconds: 0)
    // The one above is gone with its object.
    _ = try files.lock(path, waitingMilliseconds: 0)
  }

  @Test func aLockOfAnotherProcessExcludesToo() throws {
    try directory.write("", to: "lock")
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/flock") else { return }
    holder.arguments = [path, "sh", "-c", "touch held; sleep 0.3"]
    holder.currentDirectoryURL = URL(fileURLWithPath: directory.path)
    try holder.run()
    while !FileManager.default.fileExists(atPath: directory.file("held")) { usleep(1000) }
    #expect(throws: LakeError.self) { try LocalFileSystem().lock(path, waitingMilliseconds: 0) }
    let lock = try LocalFileSystem().lock(path, waitingMilliseconds: 10_000)
    lock.release()
    holder.waitUntilExit()
  }

  @Test func whatIsLockedIsTheFileOfTheName() throws {
    let files = LocalFileSystem()
    let old = try files.lock(path, waitingMilliseconds: 0)
    try files.removeFile(path)
    let new = try files.lock(path, waitingMilliseconds: 0)
    #expect(throws: LakeError.self) { try files.lock(path, waitingMilliseconds: 0) }
    old.release()
    #expect(throws: LakeError.self) { try files.lock(path, waitingMilliseconds: 0) }
    new.release()
    _ = try files.lock(path, waitingMilliseconds: 0)
  }

  @Test func oneAtATimeAmongThreads() async throws {
    let inside = Shared(0)
    let count = Shared(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<25 {
            guard let lock = try? LocalFileSystem().lock(path, waitingMilliseconds: 60_000)
            else { continue }
            #expect(inside.add(1) == 1)
            count.add(1)
            inside.add(-1)
            // Each of the holders goes away in one of the two ways.
            if count.value % 2 == 0 { lock.release() }
          }
        }
      }
    }
    #expect(count.value == 100)
  }

  @Test func aLinkIsNotFollowedAndADirectoryIsNoLock() throws {
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: directory.file("elsewhere"))
    #expect(throws: LakeError.self) { try LocalFileSystem().lock(path, waitingMilliseconds: 0) }
    #expect(!FileManager.default.fileExists(atPath: directory.file("elsewhere")))
    #expect(throws: LakeError.self) {
      try LocalFileSystem().lock(directory.path, waitingMilliseconds: 0)
    }
  }

  @Test func locksAreOperationsThatCanFailAndBeRecorded() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    try recording.lock(path, waitingMilliseconds: 0).release()
    #expect(recording.log == ["lock lock", "unlock lock"])
    // A killed holder holds nothing any more.
    let killed = FaultInjectingFileSystem(LocalFileSystem(), fault: .stop, at: 1)
    let lock = try killed.lock(path, waitingMilliseconds: 0)
    lock.release()
    _ = try LocalFileSystem().lock(path, waitingMilliseconds: 0)
  }
}
