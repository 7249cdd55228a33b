#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes that this process holds from the allocator; nil where the allocator does not say.
func allocatedBytes() -> Int? {
    #if canImport(Glibc)
        let facts = mallinfo2()
        return facts.uordblks + facts.hblkhd
    #elseif canImport(Darwin)
        var facts = malloc_statistics_t()
        malloc_zone_statistics(nil, &facts)
        return facts.size_in_use
    #else
        return nil
    #endif
}
