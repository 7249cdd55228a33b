#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What `APKRESOLVE_FUZZ_TARGET` names, chosen once. All options of the program itself are libFuzzer's.
private let target: FuzzTarget = {
    let name = getenv("APKRESOLVE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        print("APKRESOLVE_FUZZ_TARGET names none of: " + FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))
        exit(2)
    }
    return target
}()

/// Called by libFuzzer, which has the program's main, with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    target.run([UInt8](UnsafeBufferPointer(start: data, count: size)))
    return 0
}
