// Each test runs several servers of its own; two at once would only measure how they get in each other's way.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
