package io.heed.gpu;

/** The kernels that multiply by weights on a device. For any number of threads. */
interface Products {

  /**
   * A product.
   *
   * @param input {@code [rows, map.inputs]}
   * @param map its weight and bias, and what follows the sums
   * @param ending what follows that
   * @param output {@code [rows, map.outputs]}
   */
  record Product(long input, DeviceMap map, Ending ending, long output, int rows) {

    /** What the kernels of it are called after. */
    String kernel() {
      return ending.kernel(map);
    }
  }

  /** What becomes of a product. */
  sealed interface Ending {
    /** What the kernels of it are called after. */
    String kernel(DeviceMap map);

    /** Adds what a kernel has to know of it to the arguments. */
    void put(LaunchArguments arguments);
  }

  /** It is written, or where its map is gated what the gate makes of it. */
  record Alone() implements Ending {
    @Override
    public String kernel(DeviceMap map) {
      return map.kernel();
    }

    @Override
    public void put(LaunchArguments arguments) {
      arguments.address(0);
    }
  }

  /**
   * It is added to something.
   *
   * @param residual {@code [rows, map.outputs]}
   */
  record Added(long residual) implements Ending {
    @Override
    public String kernel(DeviceMap map) {
      return "product_residual";
    }

    @Override
    public void put(LaunchArguments arguments) {
      arguments.address(residual);
    }
  }

  /**
   * It is queries, keys and values, of which the first two are turned by their positions.
   *
   * @param places {@code [rows]}, the row of the table that each takes
   * @param own the table of sequences that are turned in a way of their own
   */
  record Turned(DeviceBlock.Heads heads, DeviceBlock.Turn turn, long places, long own)
      implements Ending {
    @Override
    public String kernel(DeviceMap map) {
      return "product_turned";
    }

    @Override
    public void put(LaunchArguments arguments) {
      arguments
          .address(places)
          .address(turn.table())
          .address(own)
          .integer(heads.queryColumns() + heads.keyColumns())
          .integer(heads.width())
          .integer(turn.pairs())
          .integer(0);
    }
  }

  /** Starts a product in the stream of the calling thread. */
  void start(Product product, LaunchArguments arguments);

  /** How many parts of a size something has. */
  static int parts(int whole, int size) {
    return (whole + size - 1) / size;
  }
}
