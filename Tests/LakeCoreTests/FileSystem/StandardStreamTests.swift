import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("Standard streams")
struct StandardStreamTests {
  /// A pipe whose ends are closed with the value.
  private final class Pipe {
    var reading: Int32 = -1
    var writing: Int32 = -1

    init() throws {
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      (reading, writing) = (ends[0], ends[1])
    }

    deinit {
      closeReading()
      closeWriting()
    }

    func closeReading() {
      if reading >= 0 { close(reading) }
      reading = -1
    }

    func closeWriting() {
      if writing >= 0 { close(writing) }
      writing = -1
    }
  }

  private func readAll(_ input: StandardInput, piece: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: piece)
    while true {
      let got = try buffer.withUnsafeMutableBytes { raw in
        guard let base = raw.baseAddress else { return 0 }
        return try input.read(into: base, count: piece)
      }
      if got == 0 { return bytes }
      bytes += buffer[..<got]
    }
  }

  @Test(arguments: [false, true])
  func inputIsReadToItsEnd(isCancellable: Bool) throws {
    let pipe = try Pipe()
    let text = Array((0..<1000).map { "line \($0)\n" }.joined().utf8)
    #expect(write(pipe.writing, text, text.count) == text.count)
    pipe.closeWriting()
    let flag = isCancellable ? CancellationFlag() : nil
    let input = StandardInput(descriptor: pipe.reading, cancellation: flag)
    #expect(try readAll(input, piece: 333) == text)
  }

  @Test func aWaitForInputEndsWhenItIsCancelled() throws {
    let pipe = try Pipe()
    let flag = CancellationFlag()
    let input = StandardInput(descriptor: pipe.reading, cancellation: flag)
    Thread.detachNewThread {
      usleep(50_000)
      flag.cancel()
    }
    let error = #expect(throws: LakeError.self) { try readAll(input, piece: 10) }
    #expect(error?.code == .cancelled)
  }

  @Test func aDescriptorThatDoesNotWaitIsWaitedFor() throws {
    let pipe = try Pipe()
    #expect(fcntl(pipe.reading, F_SETFL, O_NONBLOCK) == 0)
    let writing = pipe.writing
    pipe.writing = -1
    Thread.detachNewThread {
      usleep(20_000)
      _ = write(writing, "abc", 3)
      close(writing)
    }
    #expect(
      try readAll(StandardInput(descriptor: pipe.reading), piece: 10) == Array("abc".utf8))
  }

  @Test func inputThatIsClosedOrADirectoryIsToldSo() throws {
    let closed = #expect(throws: LakeError.self) {
      try readAll(StandardInput(descriptor: 9999), piece: 1)
    }
    #expect(closed.map { "\($0)" }?.hasPrefix("standard input: cannot read: it is closed") == true)
    let descriptor = open("/", O_RDONLY)
    defer { close(descriptor) }
    let directory = #expect(throws: LakeError.self) {
      try readAll(StandardInput(descriptor: descriptor), piece: 1)
    }
    #expect(directory?.message == "cannot read: it is a directory")
  }

  @Test func outputIsWrittenInOrder() throws {
    let directory = try TemporaryDirectory()
    let descriptor = open(directory.file("out"), O_CREAT | O_WRONLY, 0o600)
    defer { close(descriptor) }
    let output = StandardOutput(descriptor: descriptor, bufferBytes: 16)
    let text = (0..<200).map { "\($0) " }.joined()
    for number in 0..<200 { try output.write("\(number) ") }
    try output.flush()
    #expect(try directory.read("out") == Array(text.utf8))
    try output.write("end")
    #expect(try directory.read("out") == Array(text.utf8), "buffered until it is flushed")
    try output.commit()
    #expect(try directory.read("out") == Array((text + "end").utf8))
  }

  @Test func aClosedPipeIsToldFromOtherFailures() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = try Pipe()
    pipe.closeReading()
    let output = StandardOutput(descriptor: pipe.writing)
    let error = #expect(throws: LakeError.self) {
      try output.write("x")
      try output.commit()
    }
    #expect(error?.isClosedPipe == true)
    let other = #expect(throws: LakeError.self) {
      let output = StandardOutput(descriptor: 9999)
      try output.write("x")
      try output.commit()
    }
    #expect(other?.isClosedPipe == false)
    #expect(other?.message == "cannot write: it is closed")
  }

  @Test func outputThatDoesNotWaitIsWaitedFor() throws {
    let pipe = try Pipe()
    #expect(fcntl(pipe.writing, F_SETFL, O_NONBLOCK) == 0)
    let reading = pipe.reading
    let received = Shared(0)
    let reader = Thread {
      var buffer = [UInt8](repeating: 0, count: 4096)
      usleep(20_000)
      while true {
        let got = read(reading, &buffer, buffer.count)
        if got <= 0 { return }
        received.add(got)
      }
    }
    reader.start()
    let output = StandardOutput(descriptor: pipe.writing)
    try output.write(String(repeating: "x", count: 1 << 20))
    try output.commit()
    pipe.closeWriting()
    for _ in 0..<2000 where !reader.isFinished { usleep(1000) }
    #expect(received.value == 1 << 20)
  }
}
