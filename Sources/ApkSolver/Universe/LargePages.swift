#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension Array where Element: BitwiseCopyable {
    /// Reserves room for a number of elements that are going to be written from front to back, in large pages where the
    /// system has them: a page of 4 KiB costs as much when it is first touched as a large part of what is written to it,
    /// and texts read at random miss fewer translations.
    mutating func reserveInLargePages(_ capacity: Int) {
        reserveCapacity(capacity)
        #if os(Linux)
            let free = (capacity - count) * MemoryLayout<Element>.stride
            withUnsafeMutableBytes { used in
                guard free >= 1 << 21, let end = used.baseAddress.map({ UInt(bitPattern: $0 + used.count) }) else {
                    return
                }
                // From the small page where the room begins, so that a large one may hold the array's own head too.
                let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
                let start = end & ~(page - 1)
                let stop = (end + UInt(free)) & ~(page - 1)
                guard let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
                // Advice; where it is not taken, nothing is lost.
                _ = madvise(address, Int(stop - start), MADV_HUGEPAGE)
            }
        #endif
    }
}
